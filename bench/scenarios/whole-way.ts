import { type CpuTimes, totalCpu } from '../cpu.ts';
import { offer, saturate, type Window } from '../load.ts';
import { barChart } from '../plot.ts';
import { mean, percentile, spread } from '../statistics.ts';
import { framewire } from '../subjects/framewire.ts';
import { pythonWorker } from '../subjects/python-worker.ts';
import { replicas } from '../subjects/replicas.ts';
import type { Subject, SubjectMaker } from '../subjects/subject.ts';
import { figure, withSpread } from '../table.ts';
import type { Bench, Report, Scenario, Section } from './scenario.ts';

const CAMERAS = 4;

/** What one subject did in one round. */
interface Round {
  full: Window;
  half?: Window;
  twice?: Window;
}

interface Measured {
  name: string;
  kind: 'python' | 'framewire' | 'function';
  rounds: Round[];
}

/** Frames in, results out: what comes through, how old it is, and what it costs; each subject in turn in each round. */
export const wholeWay: Scenario = {
  name: 'whole-way',
  async run(bench) {
    const measured = subjects(bench).map(({ maker, kind }) => ({
      maker,
      name: maker.name,
      kind,
      rounds: [] as Round[],
    }));
    for (let round = 1; round <= bench.rounds; round++) {
      for (const { maker, kind, rounds } of measured) {
        const subject = await maker.start();
        try {
          rounds.push(await measure(bench, subject, kind, round));
        } finally {
          await subject.stop();
        }
      }
    }
    return report(measured);
  },
};

function subjects({ quick, models, python, broker, log }: Bench): { maker: SubjectMaker; kind: Measured['kind'] }[] {
  const makers: { maker: SubjectMaker; kind: Measured['kind'] }[] = [];
  if (python) {
    makers.push({ kind: 'python', maker: pythonWorker({ python, workers: 1, broker, log }) });
    makers.push({ kind: 'python', maker: pythonWorker({ python, workers: 2, threads: 1, broker, log }) });
  }
  for (const detector of models ? ['haar', 'yunet'] : ['haar']) {
    for (const count of quick ? [2] : [1, 2]) {
      makers.push({ kind: 'function', maker: replicas({ detector, count, models }) });
      makers.push({ kind: 'framewire', maker: framewire({ detector, replicas: count, models, broker, log }) });
    }
  }
  return makers;
}

async function measure(bench: Bench, subject: Subject, kind: Measured['kind'], number: number): Promise<Round> {
  const { quick, pictures, say } = bench;
  const of = `round ${number} of ${bench.rounds}, ${subject.name}`;
  const full = await saturate(subject, pictures.jpegs, {
    warmUpMs: quick ? 1_500 : 3_000,
    windowMs: quick ? 5_000 : 12_000,
  });
  say(`${of}: ${figure(full.rate)} frames/s`);
  if (kind === 'function') return { full };
  const steady = { cameras: CAMERAS, live: true, warmUpMs: quick ? 1_000 : 3_000 };
  const half = await offer(subject, pictures.jpegs, {
    ...steady,
    rate: full.rate / 2,
    windowMs: quick ? 5_000 : 15_000,
  });
  say(`${of}: at half of that ${age(half, 0.5)} ms old at p50, ${age(half, 0.99)} ms at p99`);
  const twice = await offer(subject, pictures.jpegs, {
    ...steady,
    rate: full.rate * 2,
    windowMs: quick ? 5_000 : 20_000,
  });
  say(`${of}: at twice that ${age(twice, 0.5)} ms old at p50, ${age(twice, 0.99)} ms at p99`);
  return { full, half, twice };
}

const detected = ({ answers }: Window) => answers.filter(({ outcome }) => outcome === 'detected');
const ageAt = (window: Window, p: number) =>
  percentile(
    detected(window).map(({ capturedAt, seenAt }) => seenAt - capturedAt),
    p,
  );
const age = (window: Window, p: number) => figure(ageAt(window, p));

function report(measured: Measured[]): Report {
  return {
    sections: [
      throughput(measured),
      ages(measured, 'half'),
      ages(measured, 'twice'),
      cpu(measured, 'full'),
      cpu(measured, 'half'),
    ],
  };
}

function throughput(measured: Measured[]): Section {
  const rows = measured.map(({ name, kind, rounds }) => ({
    name,
    kind,
    rate: spread(rounds.map(({ full }) => full.rate)),
  }));
  const best = Math.max(...rows.filter(({ kind }) => kind === 'python').map(({ rate }) => rate.median));
  return {
    title: 'Frames per second',
    text: `As many frames as each can take, 12 under way at once. The last column compares the medians with the better of the Python worker's two settings.`,
    table: {
      head: ['', 'frames/s, median (lowest to highest round)', 'times the Python worker'],
      rows: rows.map(({ name, rate }) => [name, withSpread(rate), figure(rate.median / best)]),
    },
    plot: {
      name: 'frames-per-second.svg',
      svg: barChart({
        title: 'Frames per second at full load',
        unit: 'frames/s',
        bars: rows.map(({ name, rate }) => ({
          label: name,
          parts: [{ name: 'frames/s', value: rate.median }],
          low: rate.low,
          high: rate.high,
          text: figure(rate.median),
        })),
      }),
    },
  };
}

const LOADS = {
  half: { title: 'Age at half load', of: 'half of what it can take' },
  twice: { title: 'Age at twice the load', of: 'twice what it can take' },
};

function ages(measured: Measured[], load: 'half' | 'twice'): Section {
  const { title, of } = LOADS[load];
  const rows = measured.flatMap(({ name, rounds }) => {
    const windows = rounds.flatMap((round) => round[load] ?? []);
    if (!windows.length) return [];
    const over = (value: (window: Window) => number) => spread(windows.map(value));
    const share = (outcome: string) =>
      over(({ answers, offered }) => (100 * answers.filter((answer) => answer.outcome === outcome).length) / offered);
    return {
      name,
      p50: over((window) => ageAt(window, 0.5)),
      p99: over((window) => ageAt(window, 0.99)),
      cells: [
        figure(over(({ offered, seconds }) => offered / seconds).median),
        figure(over(({ rate }) => rate).median),
        withSpread(over((window) => ageAt(window, 0.5))),
        withSpread(over((window) => ageAt(window, 0.99))),
        figure(share('expired').median),
        figure(over(({ refused, offered }) => (100 * refused) / offered).median),
        name.startsWith('Python') ? '-' : withSpread(over(evenness)),
      ],
    };
  });
  return {
    title,
    text: `${CAMERAS} cameras together offer ${of}; their frames have a deadline of 2 s. Milliseconds from capture until the viewer has picture and result (the Python worker has no viewer: until its result is read from the queue). Expired and refused in percent of what was offered. The last column is the frames shown of the camera that had the fewest, in percent of the one that had the most.`,
    table: {
      head: ['', 'offered/s', 'shown/s', 'age p50', 'age p99', 'expired %', 'refused %', 'evenness %'],
      rows: rows.map(({ name, cells }) => [name, ...cells]),
    },
    plot: {
      name: `age-at-${load}-load.svg`,
      svg: barChart({
        title: `${title}: p50 and up to p99`,
        unit: 'ms',
        bars: rows.map(({ name, p50, p99 }) => ({
          label: name,
          parts: [
            { name: 'p50', value: p50.median },
            { name: 'p99', value: p99.median - p50.median },
          ],
          text: `${figure(p50.median)} / ${figure(p99.median)}`,
        })),
      }),
    },
  };
}

function evenness(window: Window): number {
  const counts = new Map<string, number>();
  for (const { cameraId } of detected(window)) counts.set(cameraId, (counts.get(cameraId) ?? 0) + 1);
  const shown = [...counts.values()];
  return counts.size < CAMERAS ? 0 : (100 * Math.min(...shown)) / Math.max(...shown);
}

const DETECTOR = 'decode + detect';
/** Parts that have work with each frame. */
const PARTS = ['detect-faces', 'gateway', 'connector', 'rabbitmq', 'results-ws'];
const COLUMNS = [DETECTOR, ...PARTS, 'beside'];

function cpu(measured: Measured[], load: 'full' | 'half'): Section {
  const rows = measured.flatMap(({ name, kind, rounds }) => {
    const windows = rounds.flatMap((round) => round[load] ?? []);
    if (kind === 'function' && load === 'half') return [];
    const parts = COLUMNS.map((column) => ({
      name: column,
      of: spread(windows.map((window) => perFrame(window)[column] ?? 0)),
    }));
    const total = spread(windows.map((window) => (1000 * totalCpu(window.cpu)) / detected(window).length));
    const rest = spread(
      windows.map(
        (window) =>
          (1000 * totalCpu(window.cpu)) / detected(window).length - (perFrame(window)[DETECTOR] ?? Number.NaN),
      ),
    );
    return { name, kind, parts, total, rest };
  });
  const watched = load === 'half';
  return {
    title: watched ? 'CPU per frame at half load, one viewer' : 'CPU per frame at full load, nobody watching',
    text: `Milliseconds of CPU per frame, by process; \`decode + detect\` is what the detector's thread says of itself, \`detect-faces\` the rest of that process (for the Python worker: all of it), \`beside\` what no frame causes: the start command, Prometheus and Alertmanager, the parts that take no frames here.`,
    table: {
      head: ['', ...COLUMNS, 'together', 'all but decode + detect'],
      rows: rows.map(({ name, kind, parts, total, rest }) => [
        name,
        ...parts.map(({ of }) => (of.median ? figure(of.median) : '-')),
        withSpread(total),
        kind === 'python' ? '-' : withSpread(rest),
      ]),
    },
    plot: {
      name: `cpu-at-${load}-load.svg`,
      svg: barChart({
        title: watched
          ? 'CPU per frame but for decode + detect, half load, one viewer'
          : 'CPU per frame but for decode + detect, full load',
        unit: 'ms',
        bars: rows
          .filter(({ kind }) => kind === 'framewire')
          .map(({ name, parts, rest }) => ({
            label: name,
            parts: parts
              .filter((part) => part.name !== DETECTOR)
              .map((part) => ({ name: part.name, value: part.of.median })),
            text: figure(rest.median),
          })),
      }),
    },
  };
}

/** Milliseconds by column. */
function perFrame(window: Window): CpuTimes {
  const frames = detected(window);
  const times: CpuTimes = {};
  for (const [name, seconds] of Object.entries(window.cpu)) {
    const column = name === 'worker' ? 'detect-faces' : PARTS.includes(name) ? name : 'beside';
    times[column] = (times[column] ?? 0) + (1000 * seconds) / frames.length;
  }
  const detector = mean(frames.flatMap(({ detectorCpu }) => detectorCpu ?? []));
  if (!Number.isNaN(detector)) {
    times[DETECTOR] = detector;
    times['detect-faces'] = (times['detect-faces'] ?? 0) - detector;
  }
  return times;
}
