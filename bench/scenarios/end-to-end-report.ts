import { percentile, type Spread, spread } from '../../testkit/report/statistics.ts';
import { figure, withSpread } from '../../testkit/report/table.ts';
import { type CpuTimes, totalCpu } from '../../testkit/system/cpu.ts';
import type { Window } from '../load.ts';
import type { Section } from './scenario.ts';

export const CAMERAS = 4;

/**
 * - `python`: the legacy worker;
 * - `detector`: decoding and detecting on one thread, and nothing else;
 * - `function`: replicas of detect-faces, posted to directly;
 * - `framewire`: the whole system.
 */
export type Kind = 'python' | 'detector' | 'function' | 'framewire';

/** What was measured of one target in one round. */
export interface Round {
  /** Frames a second at full load. */
  rate: number;
  full?: Window;
  half?: Window;
  twice?: Window;
  /** Milliseconds of CPU that its detector alone needs for a frame. */
  floor?: number;
}

export interface Measured {
  name: string;
  kind: Kind;
  rounds: Round[];
}

const DETECTOR = 'decode + detect';
/** Parts that work on each frame. */
const PARTS = ['detect-faces', 'gateway', 'connector', 'rabbitmq', 'results-ws'];
const BASELINE = 'baseline';

const detected = ({ answers }: Window) => answers.filter(({ outcome }) => outcome === 'detected');
/** Milliseconds from capture until the answer was seen. */
export const latencyAt = (window: Window, p: number) =>
  percentile(
    detected(window).map(({ capturedAt, seenAt }) => seenAt - capturedAt),
    p,
  );

export const report = (measured: Measured[]): Section[] => [
  throughput(measured),
  latency(measured, 'half', 'Latency at half load', 'half of what it can take'),
  latency(measured, 'twice', 'Latency at twice the load', 'twice what it can take'),
  cpu(measured, 'full', 'CPU per frame at full load, nobody watching'),
  cpu(measured, 'half', 'CPU per frame at half load, one viewer'),
];

function throughput(measured: Measured[]): Section {
  const rows = measured.map(({ name, kind, rounds }) => ({
    name,
    kind,
    rate: spread(rounds.map((round) => round.rate)),
    yield: spread(
      rounds.map(({ full, floor = Number.NaN }) => (full ? detected(full).length / totalCpu(full.cpu) : 1000 / floor)),
    ),
  }));
  const best = (value: (row: (typeof rows)[number]) => Spread) =>
    Math.max(...rows.filter(({ kind }) => kind === 'python').map((row) => value(row).median));
  const [bestRate, bestYield] = [best((row) => row.rate), best((row) => row.yield)];
  return {
    title: 'Frames per second',
    text: `As many frames as each can take, 12 in flight at once. Frames a second are what came through in the time that the machine had left; a frame's share of CPU time (all processes of the system, the broker included) hardly depends on what else runs. Each is compared with the better of the Python worker's two settings.`,
    table: {
      head: ['', 'frames/s, median (lowest to highest)', 'times Python', 'frames per CPU second', 'times Python'],
      rows: rows.map((row) => [
        row.name,
        withSpread(row.rate),
        figure(row.rate.median / bestRate),
        withSpread(row.yield),
        figure(row.yield.median / bestYield),
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
      rows: measured.flatMap(({ name, kind, rounds }) => {
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
            kind === 'python' ? '-' : withSpread(over(evenness)),
          ],
        ];
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

/** Where the CPU time of a frame goes, by process. */
function cpu(measured: Measured[], load: 'full' | 'half', title: string): Section {
  return {
    title,
    text: `Milliseconds of CPU a frame, by process. \`${DETECTOR}\` is what decoding and detecting the same frames takes in a process that does nothing else, \`detect-faces\` what that process takes beyond it (for the Python worker: all of it), \`${BASELINE}\` what no frame causes: the start command, Prometheus and Alertmanager, the parts that take no frames here. The last column is what the system adds to the detector for each frame.`,
    table: {
      head: ['', DETECTOR, ...PARTS, BASELINE, 'together', 'without detector and baseline'],
      rows: measured.flatMap(({ name, kind, rounds }) => {
        const times = rounds.map((round) => cpuPerFrame(round, load)).filter((one) => one !== undefined);
        if (!times.length) return [];
        const over = (value: (of: CpuTimes) => number) => spread(times.map(value));
        const added = over((of) => totalCpu(of) - (of[DETECTOR] ?? 0) - (of[BASELINE] ?? 0));
        return [
          [
            name,
            ...[DETECTOR, ...PARTS, BASELINE].map((part) => {
              const { median } = over((of) => of[part] ?? 0);
              return median ? figure(median) : '-';
            }),
            withSpread(over(totalCpu)),
            kind === 'python' ? '-' : withSpread(added),
          ],
        ];
      }),
    },
  };
}

/** Milliseconds by column. */
function cpuPerFrame(round: Round, load: 'full' | 'half'): CpuTimes | undefined {
  const window = round[load];
  if (!window) return undefined;
  const frames = detected(window).length;
  const times: CpuTimes = {};
  for (const [name, seconds] of Object.entries(window.cpu)) {
    const column = name === 'worker' ? 'detect-faces' : PARTS.includes(name) ? name : BASELINE;
    times[column] = (times[column] ?? 0) + (1000 * seconds) / frames;
  }
  if (round.floor === undefined) return times;
  return { ...times, [DETECTOR]: round.floor, 'detect-faces': times['detect-faces']! - round.floor };
}
