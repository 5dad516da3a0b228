import { cameraId, HISTORY, type HistoryAnswer, type HistoryName, METRIC, QUEUE } from '@framewire/contract';
import { HttpError } from '@framewire/runtime/http';
import type { PrometheusClient, Series } from './client.ts';

/** Points of one series at most. */
const MAX_POINTS = 600;
/** Prometheus looks every 2 s: no step is finer, and a rate needs some of its looks, seconds. */
const MIN_STEP = 2;
const MIN_WINDOW = 15;
/** As long as the longest range, seconds. */
const MAX_RANGE = 31 * 24 * 3600;
/** Lines of one name: more are a tangle, and none of our labels has more values. */
const MAX_LINES = 50;

type Unit = HistoryAnswer['series'][number]['unit'];
interface Chart {
  unit: Unit;
  /** One expression a line, or with labels; `window` is the range of its rates. */
  lines(window: string, camera?: string): Record<string, string>;
  /** What tells the series of one expression apart. */
  by?: string[];
  /** What does so where there are several: a function, or its queue. */
  of?: 'function_name' | 'queue';
}

const seconds = (metric: string, window: string, share: number) =>
  `histogram_quantile(${share}, sum by (le) (rate(${metric}_bucket[${window}])))`;
const quantiles = (metric: string) => (window: string) => ({
  p50: seconds(metric, window, 0.5),
  p95: seconds(metric, window, 0.95),
});
const of = (metric: string, camera: string | undefined) =>
  camera === undefined ? metric : `${metric}{camera_id="${camera}"}`;
const byFunction = (metric: string) => `max by (function_name) (${metric})`;

/** What each name of `api/history` is made of. Those that are recorded by a rule of `prometheus/rules` are asked for under its name. */
const CHARTS: Record<HistoryName, Chart> = {
  rate: { unit: 'frames/s', lines: (w) => ({ '': `sum(rate(${METRIC.processed}[${w}]))` }) },
  outcomes: {
    unit: 'frames/s',
    by: ['outcome'],
    // each replica of results-ws counts the same stream
    lines: (w) => ({ '': `max by (outcome) (sum by (outcome, instance) (rate(cv_results_seen_total[${w}])))` }),
  },
  latency: { unit: 's', lines: quantiles(METRIC.processing) },
  stages: {
    unit: 's',
    by: ['stage'],
    lines: (w) => ({
      '': `sum by (stage) (rate(${METRIC.stage}_sum[${w}])) / (sum by (stage) (rate(${METRIC.stage}_count[${w}])) > 0)`,
    }),
  },
  end_to_end: { unit: 's', lines: quantiles(METRIC.endToEnd) },
  queue: {
    unit: 'frames',
    of: 'queue',
    lines: () => ({
      '': `(max by (queue) (${METRIC.queueMessages}) and on (queue) function:queue) or max by (queue) (${METRIC.queueMessages}{queue="${QUEUE.frames}"})`,
    }),
  },
  drain: { unit: 's', of: 'function_name', lines: () => ({ '': byFunction('function:drain_seconds') }) },
  replicas: {
    unit: 'replicas',
    of: 'function_name',
    lines: () => ({ ready: byFunction('function:replicas'), needed: byFunction('function:load_replicas') }),
  },
  utilisation: { unit: 'ratio', of: 'function_name', lines: () => ({ '': byFunction('function:utilisation') }) },
  cpu: { unit: 'cores', by: ['job'], lines: (w) => ({ '': `sum by (job) (rate(process_cpu_seconds_total[${w}]))` }) },
  memory: { unit: 'bytes', by: ['job'], lines: () => ({ '': 'sum by (job) (process_resident_memory_bytes)' }) },
  pressure: {
    unit: 'ratio',
    by: ['resource', 'node_id'],
    lines: (w) => ({ '': `max by (resource, node_id) (avg_over_time(${METRIC.pressure}[${w}]))` }),
  },
  slo: {
    unit: 'ratio',
    lines: (w) => ({
      good: `sum(rate(${METRIC.drawn}{good="true"}[${w}])) / (sum(rate(${METRIC.drawn}[${w}])) > 0)`,
      objective: `max(${METRIC.objective})`,
    }),
  },
  occupancy: {
    unit: 'objects',
    by: ['camera_id', 'zone'],
    lines: (_, camera) => ({ '': `sum by (camera_id, zone) (${of(METRIC.occupancy, camera)})` }),
  },
  // as it is counted: a rate would show parts of crossings
  crossings: {
    unit: 'crossings',
    by: ['camera_id', 'line', 'direction'],
    lines: (_, camera) => ({ '': `sum by (camera_id, line, direction) (${of(METRIC.crossings, camera)})` }),
  },
};

export interface HistoryQuery {
  from?: string;
  to?: string;
  series?: string;
  camera?: string;
}

/** `GET api/history`: what Prometheus remembers. */
export interface HistoryApi {
  /** @throws HttpError 400 for a query that means nothing, 503 where no Prometheus answers. */
  answer(query: HistoryQuery): Promise<HistoryAnswer>;
}

/** @param clock milliseconds since the epoch. */
export function createHistoryApi(prometheus: PrometheusClient | undefined, clock: () => number = Date.now): HistoryApi {
  return {
    async answer(query) {
      const range = readRange(query, clock() / 1000);
      const names = readNames(query.series);
      const camera = readCameraId(query.camera);
      if (!prometheus) throw new HttpError(503, 'no_prometheus', 'PROMETHEUS_URL names no Prometheus');
      const window = `${Math.max(MIN_WINDOW, range.step)}s`;
      try {
        const found = await Promise.all(names.map((name) => draw(prometheus, { name, window, range, camera })));
        return { ...range, series: found.flat() };
      } catch (error) {
        throw new HttpError(503, 'no_prometheus', (error as Error).message, { 'retry-after': '5' });
      }
    },
  };
}

type Range = Pick<HistoryAnswer, 'from' | 'to' | 'step'>;

interface Drawn {
  name: HistoryName;
  /** The range of its rates. */
  window: string;
  range: Range;
  camera: string | undefined;
}

async function draw(prometheus: PrometheusClient, { name, window, range, camera }: Drawn) {
  const { unit, lines, by: all = [], of } = CHARTS[name];
  const by = camera === undefined ? all : all.filter((label) => label !== 'camera_id');
  const { from, to, step } = range;
  const drawn = await Promise.all(
    Object.entries(lines(window, camera)).map(async ([line, expression]) => {
      const series = await prometheus.series(expression, from, to, step);
      const apart = of && series.length > 1 ? [...by, of] : by;
      return series.map(({ labels, points }) => {
        const label = [line, ...apart.map((each) => labels[each] ?? '')].filter(Boolean).join(' ');
        return { name, ...(label && { label: withoutNamespace(label) }), unit, points: onGrid(points, range) };
      });
    }),
  );
  return drawn
    .flat()
    .sort((a, b) => ((a.label ?? '') < (b.label ?? '') ? -1 : 1))
    .slice(0, MAX_LINES);
}

/** `detect-faces.openfaas-fn` is `detect-faces` to a person. */
const withoutNamespace = (label: string) => label.replace(/\.openfaas-fn$/, '');

/** A point at each step: where Prometheus has none, or none that is a number, it is a gap. */
function onGrid(points: Series['points'], { from, to, step }: Range): [number, number | null][] {
  const values = new Map(points);
  const grid: [number, number | null][] = [];
  for (let at = from; at <= to; at += step) {
    const value = values.get(at);
    grid.push([at, value !== undefined && Number.isFinite(value) ? value : null]);
  }
  return grid;
}

/** In whole steps back from its end: on steps of hours the newest point would be hours old. */
function readRange({ from: first, to: last }: { from?: string; to?: string }, now: number): Range {
  const to = readTime('to', last, now);
  const from = readTime('from', first, to - 3600);
  if (to <= from || to - from > MAX_RANGE)
    throw new HttpError(400, 'range', `from=${from}&to=${to}: allowed: to after from, ${MAX_RANGE} s at most`);
  const step = Math.max(MIN_STEP, Math.ceil((to - from) / (MAX_POINTS - 1)));
  const end = Math.floor(to / MIN_STEP) * MIN_STEP;
  return { from: end - Math.floor((end - from) / step) * step, to: end, step };
}

function readTime(name: 'from' | 'to', text: string | undefined, fallback: number): number {
  const time = text === undefined || text === '' ? fallback : Number(text);
  if (Number.isFinite(time) && time > 0) return time;
  throw new HttpError(400, name, `${name}=${text}: allowed: seconds since the epoch`);
}

function readNames(text: string | undefined): HistoryName[] {
  const names = text ? text.split(',').filter(Boolean) : [...HISTORY];
  const unknown = names.find((name) => !HISTORY.includes(name as HistoryName));
  if (unknown !== undefined || names.length === 0)
    throw new HttpError(400, 'series', `series=${text}: allowed: ${HISTORY.join(', ')}`);
  return [...new Set(names as HistoryName[])];
}

function readCameraId(text: string | undefined): string | undefined {
  const camera = cameraId.optional().safeParse(text);
  if (camera.success) return camera.data;
  throw new HttpError(400, 'camera', `camera=${text}: ${camera.error.issues[0]?.message}`);
}
