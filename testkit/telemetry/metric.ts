import type { Registry } from '@framewire/runtime/telemetry';

/** What a metric says of these labels; undefined where it says nothing. Of a histogram there are `<name>_count` and `<name>_sum`. */
export async function readMetric(registry: Registry, name: string, labels: object = {}): Promise<number | undefined> {
  const metrics = await registry.getMetricsAsJSON();
  return metrics
    .flatMap((metric) => metric.values.map((value) => ({ metricName: metric.name, ...value })))
    .find((one) => one.metricName === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value))
    ?.value;
}
