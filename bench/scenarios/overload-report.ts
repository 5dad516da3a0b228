import { figure } from '../../testkit/report/table.ts';
import { timePlot } from '../../testkit/report/time-plot.ts';
import type { Answer } from '../targets/target.ts';
import type { Section } from './scenario.ts';

/** What a viewer saw within a stretch of time: frames a second, and milliseconds from capture. */
export interface Span {
  shown: number;
  expired: number;
  shed: number;
  p50: number;
  p99: number;
}

export interface Overload {
  detector: string;
  replicas: number;
  /** Frames a second that are shown at full load. */
  full: number;
  /** Frames a second that were offered, for so many seconds. */
  rate: number;
  seconds: number;
  /** By camera, from the first frame to the last. */
  offered: Map<string, number>;
  answers: Answer[];
  /** Tenths of the time, and each second of it. */
  spans: Span[];
  everySecond: Span[];
}

export const report = (overload: Overload): Section[] => [overTime(overload), byCamera(overload)];

function overTime({ detector, replicas, full, rate, seconds, spans, everySecond, offered }: Overload): Section {
  const minutes = seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} s`;
  return {
    title: 'Twice the load for minutes',
    text: `${detector}, ${replicas} replicas, one viewer. ${offered.size} cameras together offer ${figure(rate)} frames/s for ${minutes}, twice the ${figure(full)} that are shown at full load with the same viewer. Milliseconds from capture until the viewer has frame and result.`,
    how: 'one run',
    table: {
      head: ['', 'shown/s', '% of full load', 'shed at the source/s', 'expired/s', 'latency p50', 'latency p99'],
      rows: spans.map(({ shown, shed, expired, p50, p99 }, i) => [
        `${Math.round((i * seconds) / 10)} to ${Math.round(((i + 1) * seconds) / 10)} s`,
        figure(shown),
        figure((100 * shown) / full),
        figure(shed),
        figure(expired),
        figure(p50),
        figure(p99),
      ]),
    },
    plot: {
      name: 'overload.svg',
      svg: timePlot({
        title: `Twice the load for ${minutes}`,
        shaded: { name: '', stretches: [] },
        marks: [],
        panels: [
          {
            title: 'latency of what is shown',
            unit: 'ms',
            lines: [
              { name: 'p99', values: everySecond.map(({ p99 }) => p99) },
              { name: 'p50', values: everySecond.map(({ p50 }) => p50) },
            ],
          },
          {
            title: 'frames',
            unit: 'frames/s',
            lines: [
              { name: 'shown', values: everySecond.map(({ shown }) => shown) },
              { name: 'shed at the source', values: everySecond.map(({ shed }) => shed) },
              { name: 'expired', values: everySecond.map(({ expired }) => expired) },
            ],
          },
        ],
      }),
    },
  };
}

function byCamera({ offered, answers }: Overload): Section {
  const rows = [...offered].sort().map(([camera, frames]) => {
    const mine = answers.filter(({ cameraId }) => cameraId === camera);
    const count = (outcome: string) => mine.filter((answer) => answer.outcome === outcome).length;
    const shed = count('shed') + mine.reduce((sum, answer) => sum + (answer.shed ?? 0), 0);
    const rest = mine.length - count('detected') - count('shed') - count('expired');
    return { camera, frames, detected: count('detected'), shed, expired: count('expired'), rest };
  });
  const shown = rows.map(({ detected }) => detected);
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const jain = sum(shown) ** 2 / (shown.length * sum(shown.map((n) => n * n)));
  const without = sum(
    rows.map(({ frames, detected, shed, expired, rest }) => frames - detected - shed - expired - rest),
  );
  return {
    title: 'Who lost how many',
    text: `The same run, counted from its first frame to its last by what a viewer received. The camera that had the fewest frames shown had ${figure((100 * Math.min(...shown)) / Math.max(...shown))} % of what the one with the most had; Jain's index is ${jain.toFixed(4)}. Frames without an outcome: ${without}.`,
    how: 'one run',
    table: {
      head: ['', 'offered', 'shown', 'shed at the source', 'expired', 'otherwise', 'without an outcome'],
      rows: rows.map(({ camera, frames, detected, shed, expired, rest }) => [
        camera,
        ...[frames, detected, shed, expired, rest, frames - detected - shed - expired - rest].map(String),
      ]),
    },
  };
}
