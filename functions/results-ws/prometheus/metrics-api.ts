import type { MetricsAnswer, Reading } from '@framewire/contract';
import { METRIC, QUEUE } from '@framewire/contract';
import type { PrometheusClient } from './client.ts';

/** A value older than this is not to be believed, seconds. */
const OLD = 20;
/** An answer serves all who ask within so long, milliseconds. */
const NOW_MS = 1_000;
const HISTORY_MS = 15_000;
const HISTORY_SECONDS = 3_600;
const HISTORY_STEP = 30;

const queue = `max(${METRIC.queueMessages}{queue="${QUEUE.frames}"})`;
const rate = `sum(rate(${METRIC.processed}[15s]))`;
const latency = (window: string) =>
  `sum(rate(${METRIC.processing}_sum[${window}])) / sum(rate(${METRIC.processing}_count[${window}]))`;

/** What is asked for, by the names of the answer. */
const EXPRESSIONS = {
  processingRate: rate,
  avgLatency: latency('15s'),
  queueDepth: queue,
  replicas: `count(count by (node_id) (${METRIC.processing}_count))`,
  drainTime: `${queue} / ${rate}`,
};
/** When the newest scrape was that they are made of: a value that Prometheus still gives may be old already. */
const SCRAPED = {
  detectors: `max(timestamp(${METRIC.processed}))`,
  queues: `max(timestamp(${METRIC.queueMessages}{queue="${QUEUE.frames}"}))`,
};
const HISTORY = {
  processingRate: `sum(rate(${METRIC.processed}[1m]))`,
  avgLatency: latency('1m'),
  queueDepth: queue,
};

type Name = keyof MetricsAnswer['readings'];
const SOURCES: Record<Name, (keyof typeof SCRAPED)[]> = {
  processingRate: ['detectors'],
  avgLatency: ['detectors'],
  queueDepth: ['queues'],
  replicas: ['detectors'],
  drainTime: ['detectors', 'queues'],
};
/** Why Prometheus answers and yet gives none. */
const NONE: Record<Name, string> = {
  processingRate: 'Prometheus has no numbers of detect-faces',
  avgLatency: 'no frame was detected in the last 15 s',
  queueDepth: `Prometheus has no numbers of ${QUEUE.frames}`,
  replicas: 'Prometheus has no numbers of detect-faces',
  drainTime: 'nothing is being detected',
};

/** The dashboard's numbers: each the last one known, with its age; never a 0 that was not measured. */
export interface MetricsApi {
  answer(): Promise<MetricsAnswer>;
  /** Why Prometheus gives none. */
  problem(): string | undefined;
}

export function createMetricsApi(prometheus: PrometheusClient | undefined): MetricsApi {
  const last = new Map<Name, { value: number; at: number }>();
  let problem: string | undefined = prometheus ? undefined : 'PROMETHEUS_URL names no Prometheus';
  let missing: Partial<Record<Name, string>> = {};
  let history: MetricsAnswer['history'] = {};

  const refresh = shared(NOW_MS, async () => {
    try {
      const values = (await prometheus?.now({ ...EXPRESSIONS, ...SCRAPED })) ?? new Map<string, number>();
      if (prometheus) problem = undefined;
      missing = {};
      for (const name of Object.keys(EXPRESSIONS) as Name[]) {
        const value = name === 'drainTime' && values.get('queueDepth') === 0 ? 0 : values.get(name);
        const at = Math.min(...SOURCES[name].map((source) => values.get(source) ?? Number.NaN));
        if (value !== undefined && Number.isFinite(value) && Number.isFinite(at)) last.set(name, { value, at });
        else missing[name] = NONE[name];
      }
    } catch (error) {
      problem = (error as Error).message;
    }
  });

  const refreshHistory = shared(HISTORY_MS, async () => {
    try {
      const series = await prometheus?.range(HISTORY, HISTORY_SECONDS, HISTORY_STEP);
      const pairs = [...(series ?? [])].map(([name, points]) => [name, points.filter(([, v]) => Number.isFinite(v))]);
      history = Object.fromEntries(pairs);
    } catch {
      // the numbers say why; the charts stay as they were
    }
  });

  function read(name: Name): Reading {
    const known = last.get(name);
    const why = problem ?? missing[name];
    // an idle system has no latency: what it was before is not what it is
    if (!known || (missing[name] && name === 'avgLatency')) return { value: 0, age: null, problem: why ?? NONE[name] };
    return { value: known.value, age: Math.max(0, Date.now() / 1000 - known.at), ...(why && { problem: why }) };
  }

  return {
    problem: () => problem,
    async answer() {
      await Promise.all([refresh(), refreshHistory()]);
      const readings = Object.fromEntries(
        (Object.keys(EXPRESSIONS) as Name[]).map((name) => [name, read(name)]),
      ) as MetricsAnswer['readings'];
      const { processingRate, avgLatency, queueDepth } = readings;
      return {
        processingRate: processingRate.value,
        avgLatency: avgLatency.value,
        queueDepth: queueDepth.value,
        stale: [processingRate, queueDepth].some(({ age }) => age === null || age > OLD),
        readings,
        history,
      };
    },
  };
}

/** Work that is done once for all who ask while it is under way or fresh. */
function shared(freshMs: number, work: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  let doneAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (!underWay && Date.now() - doneAt < freshMs) return Promise.resolve();
    underWay ??= work().finally(() => {
      doneAt = Date.now();
      underWay = undefined;
    });
    return underWay;
  };
}
