import { type CameraFacts, type Facts, ofKind, say, type Verdict } from './facts.ts';
import { found, OF_ALL, OF_CAMERAS, OF_NUMBERS } from './findings.ts';
import { AHEAD, age, count, rate } from './format.ts';
import { LATE, sayLate } from './late.ts';
import { percentile } from './percentile.ts';
import { ASKING } from './tile-state.ts';
import { offline, quiet, stopped, unjudged, waiting } from './troubles.ts';

/**
 * The first thing in this order that is so: what stands further up explains what stands below it. What the server finds and what only
 * the page knows are one list, for one sentence.
 */
export function verdict(facts: Facts): Verdict {
  return (
    connection(facts) ??
    found(facts, OF_ALL) ??
    stopped(facts) ??
    offline(facts) ??
    found(facts, OF_CAMERAS) ??
    waiting(facts) ??
    quiet(facts) ??
    late(facts) ??
    found(facts, OF_NUMBERS) ??
    unjudged(facts) ??
    well(facts)
  );
}

function connection({ transport, openFor, told, cameras, now }: Facts): Verdict | undefined {
  if (transport.phase === 'waiting') {
    const seconds = Math.max(1, Math.ceil((transport.retryAt - now) / 1000));
    return say('bad', 'lost', 'Connection lost.', `Reconnecting in ${seconds} s.`);
  }
  if (transport.phase === 'connecting')
    return transport.again
      ? say('bad', 'lost', 'Connection lost.', 'Reconnecting now.')
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
  if (drawn !== undefined) numbers.push(age(drawn) === AHEAD ? AHEAD : `pictures ${age(drawn)} old`);
  return say('good', 'well', 'All well.', `${numbers.join(', ')}.`);
}

/** The median of those that are live. */
const drawnAge = (cameras: CameraFacts[]): number | undefined =>
  percentile(
    ofKind(cameras, 'live').flatMap((camera) => camera.drawnAge ?? []),
    0.5,
  );
