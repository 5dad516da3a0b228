import { sleep, waitFor } from '@framewire/runtime/process';
import { percentile } from '../../testkit/report/statistics.ts';
import { saturate } from '../load.ts';
import { framewire } from '../targets/framewire.ts';
import type { Answer, Subject } from '../targets/target.ts';
import { type Overload, report, type Span } from './overload-report.ts';
import type { Bench, Scenario } from './scenario.ts';

const CAMERAS = 8;
const REPLICAS = 2;
/** As cameras have it. */
const DEADLINE_MS = 2_000;
/** Until the first frame of a steady state is shown, milliseconds. */
const WARM_UP_MS = 5_000;
/** What was let go last is told by a record of its own, a second later. */
const SETTLE_MS = 20_000;

/** Twice as many frames as can be detected, for ten minutes: what is shown, how old it is, and who lost what. */
export const overload: Scenario = {
  name: 'overload',
  async run(bench) {
    const { models, broker, log, quick, pictures, say } = bench;
    const detector = models ? 'yunet' : 'haar';
    const subject = await framewire({ detector, replicas: REPLICAS, models, broker, log }).start();
    try {
      const windowMs = quick ? 10_000 : 30_000;
      const full = await saturate(subject, pictures.jpegs, { warmUpMs: WARM_UP_MS, windowMs, watched: true });
      say(`full load: ${full.rate.toFixed(0)} frames/s are shown`);
      const seconds = bench.step.high ?? (quick ? 60 : 600);
      const overload = await flood(bench, subject, 2 * full.rate, seconds);
      return report({ detector, replicas: REPLICAS, full: full.rate, ...overload });
    } finally {
      await subject.stop();
    }
  },
};

/** Each camera at the same rate with a phase of its own, whatever comes back. */
async function flood({ pictures, say }: Bench, subject: Subject, rate: number, seconds: number) {
  const answers: Answer[] = [];
  const viewer = await subject.openViewer!((answer) => answers.push(answer));
  const offered = new Map<string, number>();
  let sent = 0;
  const begin = Date.now();
  const pacer = setInterval(() => {
    for (const due = ((Date.now() - begin) * rate) / 1000; sent < due; sent++) {
      const capturedAt = Date.now();
      const cameraId = `camera-${sent % CAMERAS}`;
      offered.set(cameraId, (offered.get(cameraId) ?? 0) + 1);
      const jpeg = pictures.jpegs[sent % pictures.jpegs.length]!;
      subject.send({ jpeg, capturedAt, cameraId, deadline: capturedAt + DEADLINE_MS }).catch(() => {});
    }
  }, 2);
  const length = Math.max(5_000, (seconds * 1000) / 10);
  for (let at = begin + WARM_UP_MS; at < begin + WARM_UP_MS + seconds * 1000; at += length) {
    await sleep(at + length - Date.now());
    const { shown, p50, p99 } = toSpan(answers, at, at + length);
    say(`${shown.toFixed(0)} frames/s are shown, ${p50} ms old at p50, ${p99} ms at p99`);
  }
  clearInterval(pacer);
  const end = Date.now();
  const told = () => answers.reduce((sum, { letGo = 0 }) => sum + 1 + letGo, 0);
  // each frame that was offered has ended, or its number is missing: then the table says so
  await waitFor('the last outcomes', () => told() >= sent, { timeout: SETTLE_MS }).catch(() => {});
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
    shed: aSecond(within.reduce((sum, { outcome, letGo = 0 }) => sum + letGo + (outcome === 'shed' ? 1 : 0), 0)),
    p50: percentile(ages, 0.5),
    p99: percentile(ages, 0.99),
  };
}
