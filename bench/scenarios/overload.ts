import { sleep, waitFor } from '@framewire/runtime/process';
import { startOpenLoad } from '../../testkit/load/open.ts';
import { percentile } from '../../testkit/report/statistics.ts';
import { DEADLINE_MS, saturate } from '../load.ts';
import { framewire } from '../targets/framewire.ts';
import type { Answer, Target } from '../targets/target.ts';
import { type Overload, report, type Span } from './overload-report.ts';
import type { Bench, Scenario } from './scenario.ts';

const CAMERAS = 8;
const REPLICAS = 2;
/** Until the first frame of a steady state is shown, milliseconds. */
const WARM_UP_MS = 5_000;
/** The source reports its last shed frames in a record of their own, a second later. */
const SETTLE_MS = 20_000;

/** Twice as many frames as can be detected, for ten minutes: what is shown, its latency, and which camera lost how many. */
export const overload: Scenario = {
  name: 'overload',
  async run(bench) {
    const { models, broker, log, quick, frames, say } = bench;
    const detector = models ? 'yunet' : 'haar';
    const target = await framewire({ detector, replicas: REPLICAS, models, broker, log }).start();
    try {
      const windowMs = quick ? 10_000 : 30_000;
      const full = await saturate(target, frames.jpegs, { warmUpMs: WARM_UP_MS, windowMs, watched: true });
      say(`full load: ${full.rate.toFixed(0)} frames/s are shown`);
      const seconds = bench.step.high ?? (quick ? 60 : 600);
      const overload = await flood(bench, target, 2 * full.rate, seconds);
      return report({ detector, replicas: REPLICAS, full: full.rate, ...overload });
    } finally {
      await target.stop();
    }
  },
};

/** Every camera at the same rate, each with a phase of its own, whatever comes back. */
async function flood({ frames, say }: Bench, target: Target, rate: number, seconds: number) {
  const answers: Answer[] = [];
  const viewer = await target.openViewer!((answer) => answers.push(answer));
  const offered = new Map<string, number>();
  const begin = Date.now();
  const load = startOpenLoad(rate, (number) => {
    const captured_at = Date.now();
    const camera_id = `camera-${number % CAMERAS}`;
    offered.set(camera_id, (offered.get(camera_id) ?? 0) + 1);
    const jpeg = frames.jpegs[number % frames.jpegs.length]!;
    return target.send({ jpeg, captured_at, camera_id, deadline_ms: captured_at + DEADLINE_MS });
  });
  const length = Math.max(5_000, (seconds * 1000) / 10);
  for (let at = begin + WARM_UP_MS; at < begin + WARM_UP_MS + seconds * 1000; at += length) {
    await sleep(at + length - Date.now());
    const { shown, p50, p99 } = toSpan(answers, at, at + length);
    say(`${shown.toFixed(0)} frames/s are shown, ${p50} ms old at p50, ${p99} ms at p99`);
  }
  const stopped = load.stop();
  const end = Date.now();
  const reported = () => answers.reduce((sum, { shed = 0 }) => sum + 1 + shed, 0);
  // where a frame has no outcome, the table says so
  await waitFor('the last outcomes', () => reported() >= load.sent, { timeout: SETTLE_MS }).catch(() => {});
  await stopped;
  await viewer.close();
  const spans: Span[] = [];
  for (let at = begin + WARM_UP_MS; at + length <= end; at += length) spans.push(toSpan(answers, at, at + length));
  const everySecond = Array.from({ length: Math.floor((end - begin) / 1000) }, (_, i) =>
    toSpan(answers, begin + 1000 * i, begin + 1000 * (i + 1)),
  );
  return { offered, answers, spans, everySecond, rate, seconds } satisfies Omit<
    Overload,
    'full' | 'detector' | 'replicas'
  >;
}

function toSpan(answers: Answer[], from: number, to: number): Span {
  const within = answers.filter(({ seenAt }) => seenAt >= from && seenAt < to);
  const detected = within.filter(({ outcome }) => outcome === 'detected');
  const ages = detected.map(({ seenAt, capturedAt }) => seenAt - capturedAt);
  const aSecond = (count: number) => (1000 * count) / (to - from);
  return {
    shown: aSecond(detected.length),
    expired: aSecond(within.filter(({ outcome }) => outcome === 'expired').length),
    shed: aSecond(within.reduce((sum, { outcome, shed = 0 }) => sum + shed + (outcome === 'shed' ? 1 : 0), 0)),
    p50: percentile(ages, 0.5),
    p99: percentile(ages, 0.99),
  };
}
