import { cpus } from 'node:os';
import { makeSampleFrames, type SampleFrames } from '../../testkit/frames/sample-frames.ts';
import { figure } from '../../testkit/report/table.ts';
import { offer, saturate, type Window } from '../load.ts';
import { framewireOf } from '../targets/checkout.ts';
import { detectOnly } from '../targets/detector-only.ts';
import { framewire } from '../targets/framewire.ts';
import { pythonWorker } from '../targets/python-worker.ts';
import type { Target, TargetMaker } from '../targets/target.ts';
import { CAMERAS, cpuOf, type Full, latencyAt, type Measured, type Round, report } from './end-to-end-report.ts';
import type { Bench, Scenario } from './scenario.ts';

/**
 * At full load before the first window, milliseconds: a system that has just started compiles what it runs often. After 2,000 frames one of
 * ours needs a sixth less CPU a frame than at first.
 */
const FIRST_MS = 20_000;

interface Entry extends Measured {
  maker?: TargetMaker;
  /** Whose decoding and detecting alone is a part of its work. */
  detector?: 'haar' | 'yunet';
}

/** Frames in, results out: rate, latency and CPU; each target in turn in each round. */
export const endToEnd: Scenario = {
  name: 'end-to-end',
  async run(bench) {
    const entries = (await listEntries(bench)).filter(({ name }) => name.includes(bench.only));
    // the cascade is twice as fast on drawn scenes as on photographs
    const frames = [bench.frames, ...(process.env.FRAMEWIRE_IMAGES ? [await makeSampleFrames(undefined)] : [])];
    for (let number = 1; number <= bench.rounds; number++) {
      const floors = new Map<string, Full[]>();
      for (const { name, maker, detector, rounds } of entries) {
        const say = (line: string) => bench.say(`round ${number} of ${bench.rounds}, ${name}: ${line}`);
        if (detector && !floors.has(detector)) floors.set(detector, await measureDetector(bench, detector, frames));
        const floor = floors.get(detector ?? '') ?? [];
        const round = maker ? await measureTarget({ ...bench, say }, maker, frames) : { full: floor };
        if (!maker) for (const { rate, cpu } of floor) say(`${figure(rate)} frames/s, ${figure(cpu)} ms a frame`);
        rounds.push({ ...round, floor: floor[0]?.cpu });
      }
    }
    return report(
      entries,
      frames.map(({ kind }) => kind),
    );
  },
};

async function listEntries({ models, python, beside, broker, log }: Bench): Promise<Entry[]> {
  const replicas = cpus().length;
  const detectors = models ? (['haar', 'yunet'] as const) : (['haar'] as const);
  const workers = python ? (models ? (['haar', 'yunet-opencv', 'yunet-onnx'] as const) : (['haar'] as const)) : [];
  const other = beside ? await framewireOf(beside) : undefined;
  const best = detectors.at(-1)!;
  const entry = (maker: TargetMaker, over: Partial<Entry> = {}): Entry => ({
    name: maker.name,
    rounds: [],
    maker,
    ...over,
  });
  return [
    ...workers.map((detector) =>
      entry(pythonWorker({ python: python!, detector, models, broker, log }), {
        isReference: detector !== 'yunet-opencv',
      }),
    ),
    ...detectors.flatMap((detector) => [
      { name: `decode + ${detector} only, 1 thread`, detector, rounds: [] },
      entry(framewire({ detector, replicas, models, broker, log }), { detector }),
    ]),
    ...(other
      ? [
          entry(other.framewire({ detector: best, replicas, models, broker, log }), {
            name: `framewire ${best} ${other.commit}`,
            detector: best,
            isReference: true,
          }),
        ]
      : []),
  ];
}

async function measureDetector({ quick, models }: Bench, detector: string, frames: SampleFrames[]): Promise<Full[]> {
  const [warmUpMs, windowMs] = quick ? [1_000, 3_000] : [3_000, 8_000];
  const full: Full[] = [];
  for (const { jpegs } of frames) full.push(await detectOnly({ detector, models, jpegs, warmUpMs, windowMs }));
  return full;
}

async function measureTarget(bench: Bench, maker: TargetMaker, frames: SampleFrames[]): Promise<Round> {
  const target = await maker.start();
  try {
    return await measure(bench, target, frames);
  } finally {
    await target.stop();
  }
}

/** Full load with each kind of pictures; half of that load and twice as much with the first kind. */
async function measure({ quick, say }: Bench, target: Target, frames: SampleFrames[]): Promise<Round> {
  const [firstMs, warmUpMs, windowMs] = quick ? [1_500, 1_500, 5_000] : [FIRST_MS, 3_000, 12_000];
  const full: Full[] = [];
  for (const { kind, jpegs } of frames) {
    const window = await saturate(target, jpegs, { warmUpMs: full.length ? warmUpMs : firstMs, windowMs });
    full.push({ rate: window.rate, cpu: cpuOf(window), window });
    say(`${figure(window.rate)} frames/s, ${kind}`);
  }
  const { jpegs } = frames[0]!;
  const { rate } = full[0]!;
  const steady = { cameras: CAMERAS, warmUpMs: quick ? 1_000 : 3_000 };
  const half = await offer(target, jpegs, { ...steady, rate: rate / 2, windowMs: quick ? 5_000 : 15_000 });
  say(`at half load ${latencyText(half)}`);
  const twice = await offer(target, jpegs, { ...steady, rate: rate * 2, windowMs: quick ? 5_000 : 20_000 });
  say(`at twice the load ${latencyText(twice)}`);
  return { full, half, twice };
}

const latencyText = (window: Window) =>
  `${figure(latencyAt(window, 0.5))} ms at p50, ${figure(latencyAt(window, 0.99))} ms at p99`;
