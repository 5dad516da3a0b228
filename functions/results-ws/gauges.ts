import { METRIC } from '@framewire/contract';
import { type Log, repeat } from '@framewire/runtime';
import type { Gauges } from './facts.ts';
import type { Prometheus } from './prometheus.ts';

/** As often as Prometheus itself looks, milliseconds. */
const EVERY_MS = 2_000;

const mean = (metric: string, labels = '') =>
  `sum(rate(${metric}_sum${labels}[10s])) / (sum(rate(${metric}_count${labels}[10s])) > 0)`;

const EXPRESSIONS: Record<Exclude<keyof Gauges, 'problem'>, string> = {
  replicas: 'count(cv_detector_workers) or vector(0)',
  workers: 'sum(cv_detector_workers)',
  confirm: mean(METRIC.stage, '{stage="result"}'),
  publish: mean('camera_publish_seconds'),
  memoryAlarm: 'max(rabbitmq_alarms_memory_used_watermark)',
  diskAlarm: 'max(rabbitmq_alarms_free_disk_space_watermark)',
};

/** What the verdict asks Prometheus for, whether somebody looks at the page or not. */
export interface GaugesWatch {
  gauges(): Gauges;
  close(): void;
}

export function watchGauges(prometheus: Prometheus | undefined, log: Log): GaugesWatch {
  let last: Gauges = { problem: prometheus ? undefined : 'PROMETHEUS_URL names no Prometheus' };
  if (!prometheus) return { gauges: () => last, close() {} };
  /** None before the first one: perhaps this Prometheus does not look at them at all. */
  let hadReplicas = false;

  async function ask(): Promise<void> {
    try {
      const values = await prometheus!.now(EXPRESSIONS);
      hadReplicas ||= (values.get('replicas') ?? 0) > 0;
      if (!hadReplicas) values.delete('replicas');
      last = Object.fromEntries([...values].filter(([, value]) => Number.isFinite(value)));
    } catch (error) {
      last = { problem: (error as Error).message };
    }
  }

  return { gauges: () => last, close: repeat(ask, EVERY_MS, log, 'asking Prometheus') };
}
