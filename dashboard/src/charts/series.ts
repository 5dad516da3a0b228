import type { HistoryAnswer, HistoryName } from '@framewire/contract';

export type Unit = HistoryAnswer['series'][number]['unit'];

/** One line of a chart: a value, or a gap, for each moment of the chart. */
export interface Line {
  label: string;
  values: (number | null)[];
}

/** One chart: what one name of `api/history` says. */
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
  latency: 'Latency in detect-faces',
  stages: 'Stages of a frame',
  age: 'Age at the glass',
  queue: 'Queue depth',
  drain: 'Time until the queue is empty',
  replicas: 'Replicas',
  utilisation: 'Utilisation of the replicas',
  cpu: 'CPU',
  memory: 'Memory',
  pressure: 'Pressure on the machines',
  objective: 'Pictures within the target',
};

/** Stages in the order of the way; others come after them. */
const WAY = ['publish', 'queue', 'hold', 'gateway', 'wait', 'decode', 'detect', 'result', 'push', 'draw'];
const place = (label: string): number => (WAY.indexOf(label) + WAY.length + 1) % (WAY.length + 1);

/** The lines of each name on one axis of time, in the order of `names`. Without a line there is no data, which is not 0. */
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
      takeApart(lines);
      lines.sort((a, b) => place(a.label) - place(b.label));
    }
    return { name, title: TITLE[name], unit: series[0]?.unit ?? 'frames', times, lines };
  });
}

/** The call of a function holds the function's own stages: what is left without them is the gateway's, and all of them add up. */
function takeApart(lines: Line[]): void {
  const call = lines.find(({ label }) => label === 'invoke');
  if (!call) return;
  const own = lines.filter(({ label }) => label === 'wait' || label === 'decode' || label === 'detect');
  call.label = 'gateway';
  call.values = call.values.map(
    (value, i) => value && Math.max(0, value - own.reduce((sum, { values }) => sum + (values[i] ?? 0), 0)),
  );
}

/** A chart in words: each line's latest value, and what it was between. */
export function summary({ title, unit, lines }: Panel): string {
  const said = lines.map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    const [low, high] = [Math.min(...known), Math.max(...known)].map((value) => quantity(value, unit));
    return `${label} ${quantity(known.at(-1)!, unit)}, between ${low} and ${high}`;
  });
  return `${title}: ${said.join('; ')}`;
}

/** A value with its unit, as an axis and a legend have room for it. */
export function quantity(value: number, unit: Unit): string {
  switch (unit) {
    case 's':
      return Math.abs(value) < 1 ? `${digits(value * 1000)} ms` : `${digits(value)} s`;
    case 'share':
      return `${digits(value * 100)} %`;
    case 'bytes':
      return value >= 1e9 ? `${digits(value / 1e9)} GB` : `${digits(value / 1e6)} MB`;
    default:
      return `${digits(value)} ${unit}`;
  }
}

/** A value as an axis has room for it: with its unit where that changes with the size, else without. */
export const brief = (value: number, unit: Unit): string =>
  unit === 's' || unit === 'share' || unit === 'bytes' ? quantity(value, unit) : digits(value);

/** The unit that is left out on the axis. */
export const unitOf = ({ unit }: Panel): string | undefined => (brief(1, unit) === '1' ? unit : undefined);

/** Parts that add up to a whole are drawn one upon the other. */
export const stacks = ({ name }: Panel): boolean => name === 'stages';

/** Each line with those before it under it. A gap in all of them is a gap. */
export function stacked(lines: Line[]): Line['values'][] {
  const under: (number | null)[] = [];
  return lines.map(({ values }) =>
    values.map((value, i) => {
      const before = under[i] ?? null;
      under[i] = value === null ? before : value + (before ?? 0);
      return under[i];
    }),
  );
}

function digits(value: number): string {
  const size = Math.abs(value);
  const most = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return String(Number(value.toFixed(most)));
}
