import { percentile, type Spread, spread } from '../../testkit/report/statistics.ts';
import { figure, withSpread } from '../../testkit/report/table.ts';
import { totalCpu } from '../cpu.ts';
import type { Window } from '../load.ts';
import { barChart } from '../plot.ts';
import { cpu } from './end-to-end-cpu.ts';
import { CAMERAS, type Measured, type Round } from './measured.ts';
import type { Report, Section } from './scenario.ts';

export const detected = ({ answers }: Window) => answers.filter(({ outcome }) => outcome === 'detected');
export const ageAt = (window: Window, p: number) =>
  percentile(
    detected(window).map(({ capturedAt, seenAt }) => seenAt - capturedAt),
    p,
  );

export function report(measured: Measured[]): Report {
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
    rate: spread(rounds.map((round) => round.rate)),
    yield: spread(rounds.map(framesPerCpuSecond)),
  }));
  const best = (value: (row: (typeof rows)[number]) => Spread) =>
    Math.max(...rows.filter(({ kind }) => kind === 'python').map((row) => value(row).median));
  const [bestRate, bestYield] = [best((row) => row.rate), best((row) => row.yield)];
  return {
    title: 'Frames per second',
    text: `As many frames as each can take, 12 under way at once. Frames a second are what came through in the time that the machine had left; a frame's share of CPU time (all processes of the system, the broker included) hardly depends on what else runs. Each is compared with the better of the Python worker's two settings.`,
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

function framesPerCpuSecond({ full, floor = Number.NaN }: Round): number {
  return full ? detected(full).length / totalCpu(full.cpu) : 1000 / floor;
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
        figure(over(({ shed, offered }) => (100 * shed) / offered).median),
        name.startsWith('Python') ? '-' : withSpread(over(evenness)),
      ],
    };
  });
  return {
    title,
    text: `${CAMERAS} cameras together offer ${of}; their frames have a deadline of 2 s. Milliseconds from capture until the viewer has picture and result (the Python worker has no viewer: until its result is read from the queue). Expired, refused by the broker and let go at the source in percent of what was offered. The last column is the frames shown of the camera that had the fewest, in percent of the one that had the most.`,
    table: {
      head: [
        '',
        'offered/s',
        'shown/s',
        'age p50',
        'age p99',
        'expired %',
        'refused %',
        'let go at the source %',
        'evenness %',
      ],
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
