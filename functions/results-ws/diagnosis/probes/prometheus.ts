import { METRIC } from '@framewire/contract';
import { createLruMap, repeat } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { PrometheusClient } from '../../prometheus/client.ts';
import type { BrokerNodes, Gauges, SilentPart } from '../snapshot.ts';

/** As often as Prometheus itself looks, milliseconds. */
const EVERY_MS = 2_000;
/** What it knew so long ago says nothing of now, seconds. */
const OLD_S = 8;
const MAX_FUNCTIONS = 100;

const mean = (metric: string, labels = '') =>
  `sum(rate(${metric}_sum${labels}[10s])) / (sum(rate(${metric}_count${labels}[10s])) > 0)`;

const EXPRESSIONS: Record<Exclude<keyof Gauges, 'problem' | 'stuck' | 'functions'>, string> = {
  replicas: 'count(cv_detector_workers) or vector(0)',
  workers: 'sum(cv_detector_workers)',
  confirm: mean(METRIC.stage, '{stage="result"}'),
  publish: mean('camera_publish_seconds'),
  memoryAlarm: 'max(rabbitmq_alarms_memory_used_watermark)',
  diskAlarm: 'max(rabbitmq_alarms_free_disk_space_watermark)',
};
/**
 * Of each process by itself: whether it answered the last scrape, what a replica says of the frame that it has been at longest, and how many
 * other nodes a node of the broker cannot reach.
 */
const fresh = (metric: string) => `(${metric} and (timestamp(${metric}) > time() - ${OLD_S}))`;
const named = (name: string, expression: string) => `label_replace(${expression}, "what", "${name}", "", "")`;
const EACH = [
  named('up', fresh('up')),
  named('stuck', fresh(METRIC.longestWork)),
  named('unreachable', fresh('rabbitmq_unreachable_cluster_peers_count')),
  named('workers', fresh('cv_detector_workers')),
].join(' or ');
const BROKER_JOB = 'rabbitmq';

interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** The worker that has been at one frame longest. */
const longest = (each: Sample[]): Gauges['stuck'] =>
  each
    .filter(({ labels }) => labels.what === 'stuck')
    .map(({ labels, value }) => ({ node_id: labels.instance ?? 'unknown', seconds: value }))
    .sort((a, b) => b.seconds - a.seconds)[0];

/** What the diagnosis asks Prometheus for, whether somebody looks at the page or not. */
export interface GaugesWatch {
  gauges(): Gauges;
  /** Processes that did not answer its last scrape. */
  silent(): SilentPart[];
  /** Nodes of the broker; undefined where it asks none. */
  nodes(): BrokerNodes | undefined;
  close(): void;
}

/** @param self our own instance: a process that judges is not silent. */
export function watchGauges(prometheus: PrometheusClient | undefined, log: Log, self?: string): GaugesWatch {
  let last: Gauges = { problem: prometheus ? undefined : 'PROMETHEUS_URL names no Prometheus' };
  if (!prometheus) return { gauges: () => last, silent: () => [], nodes: () => undefined, close() {} };
  /** None before the first one: perhaps this Prometheus does not look at them at all. */
  let hadReplicas = false;
  /** Functions that had some; as many as were ever deployed. */
  const known = createLruMap<string, true>(MAX_FUNCTIONS);
  /** By process: when it answered last, or when it was first seen not to, milliseconds. */
  let answered = new Map<string, { job: string; instance: string; at: number; up: boolean }>();
  let unreachable = 0;

  async function ask(): Promise<void> {
    try {
      const values = await prometheus!.now(EXPRESSIONS);
      hadReplicas ||= (values.get('replicas') ?? 0) > 0;
      if (!hadReplicas) values.delete('replicas');
      const each = await prometheus!.each(EACH);
      const of = (what: string) => each.filter(({ labels }) => labels.what === what);
      follow(of('up'));
      unreachable = Math.max(0, ...of('unreachable').map(({ value }) => value));
      const gauges: Gauges = Object.fromEntries([...values].filter(([, value]) => Number.isFinite(value)));
      last = { ...gauges, stuck: longest(each), functions: byFunction(each) };
    } catch (error) {
      last = { problem: (error as Error).message };
      answered = new Map();
    }
  }

  function byFunction(each: Sample[]): Gauges['functions'] {
    const workers = each.filter(({ labels }) => labels.what === 'workers');
    for (const { labels } of workers) known.set(labels.job ?? '', true);
    return new Map(
      [...known.entries()].map(([name]) => {
        const own = workers.filter(({ labels }) => labels.job === name);
        const stuck = longest(each.filter(({ labels }) => labels.job === name));
        return [name, { replicas: own.length, workers: own.reduce((sum, { value }) => sum + value, 0), stuck }];
      }),
    );
  }

  function follow(ups: Sample[]): void {
    const now = Date.now();
    answered = new Map(
      ups.map(({ labels: { job = '', instance = '' }, value }) => {
        const key = `${job} ${instance}`;
        return [key, { job, instance, up: value > 0, at: value > 0 ? now : (answered.get(key)?.at ?? now) }];
      }),
    );
  }

  return {
    gauges: () => last,
    silent: () =>
      [...answered.values()]
        .filter(({ up, instance }) => !up && instance !== self)
        .map(({ job, instance, at }) => ({ job, instance, seconds: (Date.now() - at) / 1000 })),
    nodes() {
      const all = [...answered.values()].filter(({ job }) => job === BROKER_JOB);
      if (all.length === 0) return undefined;
      return { asked: all.length, answering: all.filter(({ up }) => up).length, unreachable };
    },
    close: repeat(ask, EVERY_MS, log, 'asking Prometheus'),
  };
}
