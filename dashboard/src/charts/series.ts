import type { HistoryAnswer, HistoryName } from '@framewire/contract';

export type Unit = HistoryAnswer['series'][number]['unit'];

/** One line of a chart: a value or a gap (null) for each time. */
export interface Line {
  label: string;
  values: (number | null)[];
}

/** One chart: one series name of `api/history`. */
export interface Panel {
  name: HistoryName;
  title: string;
  unit: Unit;
  /** Seconds since the epoch, rising. */
  times: number[];
  lines: Line[];
}

export const TITLE: Record<HistoryName, string> = {
  rate: 'Processing rate',
  outcomes: 'Outcomes',
  latency: 'Detection latency',
  stages: 'Stage timings',
  end_to_end: 'End-to-end latency',
  queue: 'Queue depth',
  drain: 'Time to drain the queue',
  replicas: 'Replicas',
  utilisation: 'Replica utilisation',
  cpu: 'CPU',
  memory: 'Memory',
  pressure: 'Resource pressure (PSI)',
  slo: 'SLO: pictures within the target',
  occupancy: 'Objects in zones',
  crossings: 'Line crossings, counted',
};

/** Stages in pipeline order; others come after them. */
const STAGES = ['publish', 'queue', 'hold', 'gateway', 'wait', 'decode', 'detect', 'result', 'send', 'draw'];
const place = (label: string): number => (STAGES.indexOf(label) + STAGES.length + 1) % (STAGES.length + 1);

/** One panel per name, in the order of `names`. No line means no data, which is not 0. */
export function panels(answer: HistoryAnswer, names: readonly HistoryName[]): Panel[] {
  return names.map((name) => {
    const series = answer.series.filter((one) => one.name === name);
    const times = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
    const lines = series
      .map(({ label = TITLE[name], points }) => {
        const byTime = new Map(points);
        return { label, values: times.map((at) => byTime.get(at) ?? null) };
      })
      .filter(({ values }) => values.some((value) => value !== null));
    if (name === 'stages') {
      splitInvocation(lines);
      lines.sort((a, b) => place(a.label) - place(b.label));
    }
    return { name, title: TITLE[name], unit: series[0]?.unit ?? 'frames', times, lines };
  });
}

/** The invocation includes the function's own stages: the rest is the gateway's, so that all stages add up. */
function splitInvocation(lines: Line[]): void {
  const call = lines.find(({ label }) => label === 'invoke');
  if (!call) return;
  const own = lines.filter(({ label }) => label === 'wait' || label === 'decode' || label === 'detect');
  call.label = 'gateway';
  call.values = call.values.map(
    (value, i) => value && Math.max(0, value - own.reduce((sum, { values }) => sum + (values[i] ?? 0), 0)),
  );
}

/** Text alternative of a chart: each line's latest value and its range. */
export function summary({ title, unit, lines }: Panel): string {
  const parts = lines.map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    const [low, high] = [Math.min(...known), Math.max(...known)].map((value) => quantity(value, unit));
    return `${label} ${quantity(known.at(-1)!, unit)}, between ${low} and ${high}`;
  });
  return `${title}: ${parts.join('; ')}`;
}

/** A value with its unit, for a legend. */
export function quantity(value: number, unit: Unit): string {
  switch (unit) {
    case 's':
      return Math.abs(value) < 1 ? `${digits(value * 1000)} ms` : `${digits(value)} s`;
    case 'ratio':
      return `${digits(value * 100)} %`;
    case 'bytes':
      return value >= 1e9 ? `${digits(value / 1e9)} GB` : `${digits(value / 1e6)} MB`;
    default:
      return `${digits(value)} ${unit}`;
  }
}

/** A value for an axis: with its unit where that depends on the size, else without. */
export const brief = (value: number, unit: Unit): string =>
  unit === 's' || unit === 'ratio' || unit === 'bytes' ? quantity(value, unit) : digits(value);

/** The unit that `brief` leaves out. */
export const unitOf = ({ unit }: Panel): string | undefined => (brief(1, unit) === '1' ? unit : undefined);

/** Whether the lines are parts of a whole, drawn stacked. */
export const stacks = ({ name }: Panel): boolean => name === 'stages';

/** Adds to each line the lines before it. A gap in all lines is a gap. */
export function stacked(lines: Line[]): Line['values'][] {
  const below: (number | null)[] = [];
  return lines.map(({ values }) =>
    values.map((value, i) => {
      const before = below[i] ?? null;
      below[i] = value === null ? before : value + (before ?? 0);
      return below[i];
    }),
  );
}

function digits(value: number): string {
  const size = Math.abs(value);
  const most = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return String(Number(value.toFixed(most)));
}
