import { figure } from '../../testkit/report/table.ts';
import { offer, saturate, type Window } from '../load.ts';
import { detectOnly } from '../targets/detector-only.ts';
import { framewire } from '../targets/framewire.ts';
import { pythonWorker } from '../targets/python-worker.ts';
import { replicas } from '../targets/replicas.ts';
import type { Target, TargetMaker } from '../targets/target.ts';
import { CAMERAS, type Kind, latencyAt, type Measured, type Round, report } from './end-to-end-report.ts';
import type { Bench, Scenario } from './scenario.ts';

interface Entry extends Measured {
  maker?: TargetMaker;
  detector?: string;
}

/** Frames in, results out: rate, latency and CPU; each target in turn in each round. */
export const endToEnd: Scenario = {
  name: 'end-to-end',
  async run(bench) {
    const entries = listEntries(bench);
    for (let number = 1; number <= bench.rounds; number++) {
      let floor: number | undefined;
      for (const { name, kind, maker, detector, rounds } of entries) {
        const say = (line: string) => bench.say(`round ${number} of ${bench.rounds}, ${name}: ${line}`);
        if (maker) rounds.push(await measureTarget({ ...bench, say }, maker, kind, floor));
        else {
          const { rate, cpu } = await measureDetector(bench, detector!);
          say(`${figure(rate)} frames/s, ${figure(cpu)} ms of CPU a frame`);
          rounds.push({ rate, floor: cpu });
          floor = cpu;
        }
      }
    }
    return report(entries);
  },
};

/** In the order in which they are measured: a detector comes before the targets that use it. */
function listEntries({ quick, models, python, broker, log }: Bench): Entry[] {
  const entries: Entry[] = [];
  const add = (kind: Kind, maker: TargetMaker) => entries.push({ name: maker.name, kind, maker, rounds: [] });
  if (python) {
    add('python', pythonWorker({ python, workers: 1, broker, log }));
    add('python', pythonWorker({ python, workers: 2, threads: 1, broker, log }));
  }
  for (const detector of models ? ['haar', 'yunet'] : ['haar']) {
    entries.push({ name: `decode + ${detector} only, 1 thread`, kind: 'detector', detector, rounds: [] });
    for (const count of quick ? [2] : [1, 2]) {
      add('function', replicas({ detector, count, models }));
      add('framewire', framewire({ detector, replicas: count, models, broker, log }));
    }
  }
  return entries;
}

function measureDetector({ quick, frames, models }: Bench, detector: string) {
  const [warmUpMs, windowMs] = quick ? [1_000, 3_000] : [3_000, 8_000];
  return detectOnly({ detector, models, jpegs: frames.jpegs, warmUpMs, windowMs });
}

async function measureTarget(bench: Bench, maker: TargetMaker, kind: Kind, floor?: number): Promise<Round> {
  const target = await maker.start();
  try {
    const round = await measure(bench, target, kind === 'function');
    return kind === 'python' ? round : { ...round, floor };
  } finally {
    await target.stop();
  }
}

async function measure({ quick, frames, say }: Bench, target: Target, onlyFull: boolean): Promise<Round> {
  const [warmUpMs, windowMs] = quick ? [1_500, 5_000] : [3_000, 12_000];
  const full = await saturate(target, frames.jpegs, { warmUpMs, windowMs });
  const { rate } = full;
  say(`${figure(rate)} frames/s`);
  if (onlyFull) return { rate, full };
  const steady = { cameras: CAMERAS, warmUpMs: quick ? 1_000 : 3_000 };
  const half = await offer(target, frames.jpegs, { ...steady, rate: rate / 2, windowMs: quick ? 5_000 : 15_000 });
  say(`at half load ${latencyText(half)}`);
  const twice = await offer(target, frames.jpegs, { ...steady, rate: rate * 2, windowMs: quick ? 5_000 : 20_000 });
  say(`at twice the load ${latencyText(twice)}`);
  return { rate, full, half, twice };
}

const latencyText = (window: Window) =>
  `${figure(latencyAt(window, 0.5))} ms at p50, ${figure(latencyAt(window, 0.99))} ms at p99`;
