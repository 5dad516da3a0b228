import { STARTUP_MS } from '../camera/camera-state.ts';
import { percentile } from '../state/percentile.ts';
import { AHEAD, age, count, rate } from '../ui/format.ts';
import { type CameraFacts, type Facts, type Headline, newHeadline, ofKind } from './facts.ts';
import { ofFindings } from './findings.ts';
import { LATE_MS, lateHeadline } from './late.ts';
import { gaps, offline, quiet, stopped, unknownState, waiting } from './rules.ts';
import { sloMissed } from './slo.ts';

/** How the system is, by what the server reports: the first of these that applies. For what only this browser sees, see `viewerProblem`. */
export function headline(facts: Facts): Headline {
  return (
    unknownState(facts) ??
    ofFindings(facts) ??
    sloMissed(facts) ??
    offline(facts) ??
    waiting(facts) ??
    gaps(facts) ??
    well(facts)
  );
}

/** What is wrong between the server and this page: often this browser or its network. It says nothing about the system. */
export function viewerProblem(facts: Facts): Headline | undefined {
  const lost = connection(facts);
  if (lost) return lost;
  // the server's findings explain what is missing here
  if (facts.findings === undefined || facts.findings.some(({ severity }) => severity !== 'info')) return undefined;
  return stopped(facts) ?? quiet(facts) ?? late(facts);
}

function connection({ transport, openFor, camerasKnown, cameras, now }: Facts): Headline | undefined {
  const more = { help: 'results-ws hangs or restarts, or this browser cannot reach it.' };
  if (transport.phase === 'waiting') {
    const seconds = Math.max(1, Math.ceil((transport.retryAt - now) / 1000));
    return newHeadline('bad', 'lost', 'Connection lost.', `Reconnecting in ${seconds} s.`, more);
  }
  if (transport.phase === 'connecting')
    return transport.again
      ? newHeadline('bad', 'lost', 'Connection lost.', 'Reconnecting now.', more)
      : newHeadline('wait', 'connecting', 'Connecting.', 'Loading the cameras.');
  if (!camerasKnown) return newHeadline('wait', 'connecting', 'Connected.', 'Loading the cameras.');
  const awaited = cameras.some(({ state }) => state.kind === 'waiting' || state.kind === 'old');
  if (openFor < STARTUP_MS && awaited && ofKind(cameras, 'live').length === 0)
    return newHeadline('wait', 'connecting', 'Connected.', 'Waiting for pictures.');
  return undefined;
}

function late({ cameras }: Facts): Headline | undefined {
  const drawn = drawnAge(cameras);
  return drawn === undefined || drawn < LATE_MS ? undefined : lateHeadline(drawn);
}

function well({ cameras }: Facts): Headline {
  const drawn = drawnAge(cameras);
  const parts = [count(cameras.length, 'camera'), `${rate(cameras.reduce((n, c) => n + c.rate, 0))} frames/s`];
  if (drawn !== undefined && drawn < LATE_MS) parts.push(age(drawn) === AHEAD ? AHEAD : `pictures ${age(drawn)} old`);
  return newHeadline('good', 'well', 'All well.', `${parts.join(', ')}.`);
}

/** The median over the live cameras. */
const drawnAge = (cameras: CameraFacts[]): number | undefined =>
  percentile(
    ofKind(cameras, 'live').flatMap((camera) => camera.drawnAge ?? []),
    0.5,
  );
