import { type CameraFacts, type Facts, ofKind, say, type Verdict } from './facts.ts';
import { AHEAD, age, count, rate, sentence, timeOfDay } from './format.ts';
import { LATE, sayLate } from './late.ts';
import { percentile } from './percentile.ts';
import { ASKING } from './tile-state.ts';
import { away, losses, offline, quiet, slow, stopped, unaccounted, waiting } from './troubles.ts';

/** The first thing in this order that is so: what stands further up explains what stands below it. */
export function verdict(facts: Facts): Verdict {
  return (
    connection(facts) ??
    away(facts) ??
    stopped(facts) ??
    offline(facts) ??
    waiting(facts) ??
    losses(facts) ??
    unaccounted(facts) ??
    quiet(facts) ??
    late(facts) ??
    slow(facts) ??
    numbers(facts) ??
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

function numbers({ metrics, status, now }: Facts): Verdict | undefined {
  if (!metrics) return undefined;
  const { since, problem } = metrics;
  const prometheus = status?.prometheus_url;
  const more = {
    help: sentence(problem),
    evidence: prometheus === undefined ? undefined : { words: 'Open Prometheus', href: prometheus },
  };
  if (since === undefined) return say('warn', 'metrics', 'Pictures are well,', 'numbers are missing.', more);
  return say('warn', 'metrics', 'Pictures are well,', `numbers are from ${timeOfDay(since, now)}.`, more);
}

function late(facts: Facts): Verdict | undefined {
  const drawn = drawnAge(facts.cameras);
  return drawn === undefined || drawn < LATE ? undefined : sayLate(drawn, facts);
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
