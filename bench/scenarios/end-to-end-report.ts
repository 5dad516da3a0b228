import { percentile, spread } from '../../testkit/report/statistics.ts';
import { figure, withSpread } from '../../testkit/report/table.ts';
import { type CpuTimes, totalCpu } from '../../testkit/system/cpu.ts';
import type { Window } from '../load.ts';
import type { Section } from './scenario.ts';

export const CAMERAS = 4;

/** Full load with one kind of pictures. */
export interface Full {
  /** Frames a second. */
  rate: number;
  /** Milliseconds of CPU a frame, all processes together. */
  cpu: number;
  /** None of a detector alone. */
  window?: Window;
}

/** What was measured of one target in one round. */
export interface Round {
  /** By kind of pictures; the first kind is that of all other figures. */
  full: Full[];
  half?: Window;
  twice?: Window;
  /** Milliseconds of CPU that its detector alone needs for a frame. */
  floor?: number;
}

export interface Measured {
  name: string;
  /** The others' frames a second are compared with its own. */
  isReference?: boolean;
  rounds: Round[];
}

const DETECTOR = 'decode + detect';
/** Parts that work on each frame. */
const PARTS = ['worker', 'detect-faces', 'gateway', 'connector', 'rabbitmq', 'results-ws'];
const BASELINE = 'baseline';

const detected = ({ answers }: Window) => answers.filter(({ outcome }) => outcome === 'detected');
/** Milliseconds from capture until the answer was seen. */
export const latencyAt = (window: Window, p: number) =>
  percentile(
    detected(window).map(({ capturedAt, seenAt }) => seenAt - capturedAt),
    p,
  );
/** Milliseconds of CPU a frame. */
export const cpuOf = (window: Window) => (1000 * totalCpu(window.cpu)) / detected(window).length;

/** @param kinds of pictures, as in `Round.full`. */
export const report = (measured: Measured[], kinds: string[]): Section[] => [
  ...kinds.map((kind, i) => throughput(measured, kind, i)),
  latency(measured, 'half', 'Latency at half load', 'half of what it can take'),
  latency(measured, 'twice', 'Latency at twice the load', 'twice what it can take'),
  cpu(measured, ({ full }) => full[0]?.window, 'CPU per frame at full load, nobody watching'),
  cpu(measured, ({ half }) => half, 'CPU per frame at half load, one viewer'),
];

function throughput(measured: Measured[], kind: string, index: number): Section {
  const references = measured.filter(({ isReference }) => isReference);
  const rateOf = (round?: Round) => round?.full[index]?.rate ?? Number.NaN;
  return {
    title: `Frames per second: ${kind}`,
    text: `As many frames as each can take, 12 in flight at once. Frames a second are what came through in the time that the machine had left. The last column is the CPU time of a frame in milliseconds, of all processes of the system, the broker included: it hardly depends on what else runs.`,
    table: {
      head: ['', 'frames/s', ...references.map(({ name }) => `times ${name}`), 'CPU a frame'],
      rows: measured.map(({ name, rounds }) => [
        name,
        withSpread(spread(rounds.map(rateOf))),
        ...references.map((other) =>
          withSpread(spread(rounds.map((round, i) => rateOf(round) / rateOf(other.rounds[i])))),
        ),
        withSpread(spread(rounds.map(({ full }) => full[index]?.cpu ?? Number.NaN))),
      ]),
    },
  };
}

function latency(measured: Measured[], load: 'half' | 'twice', title: string, of: string): Section {
  const percentOf = (outcome: string) => (window: Window) =>
    (100 * window.answers.filter((answer) => answer.outcome === outcome).length) / window.offered;
  return {
    title,
    text: `${CAMERAS} cameras together offer ${of}; their frames have a deadline of 2 s. Milliseconds from capture until the viewer has frame and result (the Python worker has no viewer: until its result is read from the queue). Expired, refused by the broker and shed at the source in percent of what was offered. The last column is the frames shown of the camera that had the fewest, in percent of the one that had the most.`,
    table: {
      head: [
        '',
        'offered/s',
        'shown/s',
        'latency p50',
        'latency p99',
        'expired %',
        'refused %',
        'shed at the source %',
        'evenness %',
      ],
      rows: measured.flatMap(({ name, rounds }) => {
        const windows = rounds.flatMap((round) => round[load] ?? []);
        if (!windows.length) return [];
        const over = (value: (window: Window) => number) => spread(windows.map(value));
        return [
          [
            name,
            figure(over(({ offered, seconds }) => offered / seconds).median),
            figure(over(({ rate }) => rate).median),
            withSpread(over((window) => latencyAt(window, 0.5))),
            withSpread(over((window) => latencyAt(window, 0.99))),
            figure(over(percentOf('expired')).median),
            figure(over(({ refused, offered }) => (100 * refused) / offered).median),
            figure(over(({ shed, offered }) => (100 * shed) / offered).median),
            withSpread(over(evenness)),
          ],
        ];
      }),
    },
  };
}

/** NaN where the answers do not say which camera they are of. */
function evenness(window: Window): number {
  const counts = new Map<string, number>();
  for (const { cameraId } of detected(window)) counts.set(cameraId, (counts.get(cameraId) ?? 0) + 1);
  if (counts.has('default')) return Number.NaN;
  const shown = [...counts.values()];
  return counts.size < CAMERAS ? 0 : (100 * Math.min(...shown)) / Math.max(...shown);
}

/** Where the CPU time of a frame goes, by process. */
function cpu(measured: Measured[], pick: (round: Round) => Window | undefined, title: string): Section {
  return {
    title,
    text: `Milliseconds of CPU a frame, by process. \`${DETECTOR}\` is what decoding and detecting the same frames takes in a process that does nothing else, \`detect-faces\` what that process takes beyond it. \`worker\` is the Python worker, whose detector is in it. \`${BASELINE}\` is what no frame causes: the start command, Prometheus and Alertmanager, the parts that take no frames here. The last column is what the system adds to the detector for each frame.`,
    table: {
      head: ['', DETECTOR, ...PARTS, BASELINE, 'together', 'without detector and baseline'],
      rows: measured.flatMap(({ name, rounds }) => {
        const times = rounds.map((round) => byColumn(pick(round), round.floor)).filter((one) => one !== undefined);
        if (!times.length) return [];
        const over = (value: (of: CpuTimes) => number) => spread(times.map(value));
        const added = over((of) => totalCpu(of) - (of[DETECTOR] ?? Number.NaN) - (of[BASELINE] ?? 0));
        return [
          [
            name,
            ...[DETECTOR, ...PARTS, BASELINE].map((part) => figure(over((of) => of[part] ?? Number.NaN).median)),
            withSpread(over(totalCpu)),
            withSpread(added),
          ],
        ];
      }),
    },
  };
}

/** Milliseconds a frame by column. */
function byColumn(window: Window | undefined, floor: number | undefined): CpuTimes | undefined {
  if (!window) return undefined;
  const frames = detected(window).length;
  const times: CpuTimes = {};
  for (const [name, seconds] of Object.entries(window.cpu)) {
    const column = PARTS.includes(name) ? name : BASELINE;
    times[column] = (times[column] ?? 0) + (1000 * seconds) / frames;
  }
  if (floor === undefined) return times;
  return { ...times, [DETECTOR]: floor, 'detect-faces': times['detect-faces']! - floor };
}
