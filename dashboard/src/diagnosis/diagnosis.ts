import { ASKING } from '../camera/camera-state.ts';
import { percentile } from '../state/percentile.ts';
import { AHEAD, age, count, rate } from '../ui/format.ts';
import { type CameraFacts, type Facts, ofKind, say, type Verdict } from './facts.ts';
import { found } from './findings.ts';
import { LATE, sayLate } from './late.ts';
import { gaps, offline, quiet, stopped, unjudged, waiting } from './rules.ts';
import { broken } from './slo.ts';

/**
 * How the system is, by what the server says: the first thing in this order that is so. What only this browser sees stands elsewhere: see
 * `here`.
 */
export function verdict(facts: Facts): Verdict {
  return (
    unjudged(facts) ?? found(facts) ?? broken(facts) ?? offline(facts) ?? waiting(facts) ?? gaps(facts) ?? well(facts)
  );
}

/** What is wrong between the server and this page, which may well be this browser or its line. It never stands for the system. */
export function here(facts: Facts): Verdict | undefined {
  const lost = connection(facts);
  if (lost) return lost;
  // what the server knows of explains what is missing here
  if (facts.findings === undefined || facts.findings.some(({ tone }) => tone !== 'note')) return undefined;
  return stopped(facts) ?? quiet(facts) ?? late(facts);
}

function connection({ transport, openFor, told, cameras, now }: Facts): Verdict | undefined {
  const more = { help: 'results-ws hangs or starts anew, or cannot be reached from this browser.' };
  if (transport.phase === 'waiting') {
    const seconds = Math.max(1, Math.ceil((transport.retryAt - now) / 1000));
    return say('bad', 'lost', 'Connection lost.', `Reconnecting in ${seconds} s.`, more);
  }
  if (transport.phase === 'connecting')
    return transport.again
      ? say('bad', 'lost', 'Connection lost.', 'Reconnecting now.', more)
      : say('wait', 'connecting', 'Connecting.', 'Asking for the cameras.');
  if (!told) return say('wait', 'connecting', 'Connected.', 'Asking for the cameras.');
  const hoped = cameras.some(({ state }) => state.kind === 'waiting' || state.kind === 'old');
  if (openFor < ASKING && hoped && ofKind(cameras, 'live').length === 0)
    return say('wait', 'connecting', 'Connected.', 'Asking for the pictures.');
  return undefined;
}

function late({ cameras }: Facts): Verdict | undefined {
  const drawn = drawnAge(cameras);
  return drawn === undefined || drawn < LATE ? undefined : sayLate(drawn);
}

function well({ cameras }: Facts): Verdict {
  const drawn = drawnAge(cameras);
  const numbers = [count(cameras.length, 'camera'), `${rate(cameras.reduce((n, c) => n + c.rate, 0))} frames/s`];
  if (drawn !== undefined && drawn < LATE) numbers.push(age(drawn) === AHEAD ? AHEAD : `pictures ${age(drawn)} old`);
  return say('good', 'well', 'All well.', `${numbers.join(', ')}.`);
}

/** The median of those that are live. */
const drawnAge = (cameras: CameraFacts[]): number | undefined =>
  percentile(
    ofKind(cameras, 'live').flatMap((camera) => camera.drawnAge ?? []),
    0.5,
  );
