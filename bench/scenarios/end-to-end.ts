import { figure } from '../../testkit/report/table.ts';
import { offer, saturate, type Window } from '../load.ts';
import { detectAlone } from '../targets/detector-only.ts';
import { framewire } from '../targets/framewire.ts';
import { pythonWorker } from '../targets/python-worker.ts';
import { replicas } from '../targets/replicas.ts';
import type { Subject, SubjectMaker } from '../targets/target.ts';
import { ageAt, report } from './end-to-end-report.ts';
import { CAMERAS, type Kind, type Measured, type Round } from './measured.ts';
import type { Bench, Scenario } from './scenario.ts';

interface Entry extends Measured {
  maker?: SubjectMaker;
  detector?: string;
}

/** Frames in, results out: what comes through, how old it is, and what it costs; each subject in turn in each round. */
export const wholeWay: Scenario = {
  name: 'whole-way',
  async run(bench) {
    const entries = listEntries(bench);
    for (let number = 1; number <= bench.rounds; number++) {
      let floor: number | undefined;
      for (const { name, kind, maker, detector, rounds } of entries) {
        const say = (line: string) => bench.say(`round ${number} of ${bench.rounds}, ${name}: ${line}`);
        if (maker) rounds.push(await measureSubject({ ...bench, say }, maker, kind, floor));
        else {
          const { rate, cpu } = await measureAlone(bench, detector!);
          say(`${figure(rate)} frames/s, ${figure(cpu)} ms of CPU a frame`);
          rounds.push({ rate, floor: cpu });
          floor = cpu;
        }
      }
    }
    return report(entries);
  },
};

/** In the order in which they are measured: a detector alone comes before what uses it. */
function listEntries({ quick, models, python, broker, log }: Bench): Entry[] {
  const entries: Entry[] = [];
  const add = (kind: Kind, maker: SubjectMaker) => entries.push({ name: maker.name, kind, maker, rounds: [] });
  if (python) {
    add('python', pythonWorker({ python, workers: 1, broker, log }));
    add('python', pythonWorker({ python, workers: 2, threads: 1, broker, log }));
  }
  for (const detector of models ? ['haar', 'yunet'] : ['haar']) {
    entries.push({ name: `decode + ${detector} alone, 1 thread`, kind: 'alone', detector, rounds: [] });
    for (const count of quick ? [2] : [1, 2]) {
      add('function', replicas({ detector, count, models }));
      add('framewire', framewire({ detector, replicas: count, models, broker, log }));
    }
  }
  return entries;
}

function measureAlone({ quick, pictures, models }: Bench, detector: string) {
  const [warmUpMs, windowMs] = quick ? [1_000, 3_000] : [3_000, 8_000];
  return detectAlone({ detector, models, jpegs: pictures.jpegs, warmUpMs, windowMs });
}

async function measureSubject(bench: Bench, maker: SubjectMaker, kind: Kind, floor?: number): Promise<Round> {
  const subject = await maker.start();
  try {
    const round = await measure(bench, subject, kind === 'function');
    return kind === 'python' ? round : { ...round, floor };
  } finally {
    await subject.stop();
  }
}

async function measure({ quick, pictures, say }: Bench, subject: Subject, onlyFull: boolean): Promise<Round> {
  const [warmUpMs, windowMs] = quick ? [1_500, 5_000] : [3_000, 12_000];
  const full = await saturate(subject, pictures.jpegs, { warmUpMs, windowMs });
  const { rate } = full;
  say(`${figure(rate)} frames/s`);
  if (onlyFull) return { rate, full };
  const steady = { cameras: CAMERAS, live: true, warmUpMs: quick ? 1_000 : 3_000 };
  const half = await offer(subject, pictures.jpegs, { ...steady, rate: rate / 2, windowMs: quick ? 5_000 : 15_000 });
  say(`at half of that ${ageText(half)}`);
  const twice = await offer(subject, pictures.jpegs, { ...steady, rate: rate * 2, windowMs: quick ? 5_000 : 20_000 });
  say(`at twice that ${ageText(twice)}`);
  return { rate, full, half, twice };
}

const ageText = (window: Window) =>
  `${figure(ageAt(window, 0.5))} ms old at p50, ${figure(ageAt(window, 0.99))} ms at p99`;
