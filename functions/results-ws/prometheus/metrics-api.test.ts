import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installed, startPrometheus, type TestPrometheus } from '../testing/prometheus.ts';
import { createPrometheusClient } from './client.ts';
import { createMetricsApi } from './metrics-api.ts';

let idle = false;

/** Counts up as two replicas would that detect 10 frames a second each, 20 ms a frame, with 30 frames in the queue. */
function exposition(seconds: number): string {
  const frames = Math.round(seconds * 10);
  return ['a', 'b']
    .flatMap((node) => [
      `cv_frames_processed_total{node_id="${node}"} ${frames}`,
      `cv_processing_seconds_count{node_id="${node}"} ${frames}`,
      `cv_processing_seconds_sum{node_id="${node}"} ${frames * 0.02}`,
    ])
    .concat('rabbitmq_queue_messages{queue="frame_queue"} 30\n')
    .join('\n');
}

describe.skipIf(!installed)('the numbers, from a real Prometheus (needs prometheus)', () => {
  let prometheus: TestPrometheus;
  beforeAll(async () => {
    const began = Date.now();
    let counted = 0;
    prometheus = await startPrometheus(() => {
      if (!idle) counted = (Date.now() - began) / 1000;
      return exposition(counted);
    });
  });
  afterAll(() => prometheus.remove());

  it('are what was scraped, each with its age, and keep their last value when Prometheus is away', async () => {
    const readings = createMetricsApi(createPrometheusClient(prometheus.url));
    // a rate takes some scrapes until it is right
    const settled = async () => (await readings.answer()).processingRate > 15;
    await waitFor('the rate', settled, { timeout: 25_000, every: 500 });
    const answer = await readings.answer();
    expect(answer.processingRate).toBeLessThan(25);
    expect(answer.avgLatency).toBeCloseTo(0.02, 3);
    expect(answer.queueDepth).toBe(30);
    expect(answer.readings.replicas.value).toBe(2);
    expect(answer.readings.drainTime.value).toBeCloseTo(30 / answer.processingRate, 0);
    expect(answer.readings.queueDepth.age).toBeLessThan(10);
    expect(answer.stale).toBe(false);
    expect(readings.problem()).toBeUndefined();

    idle = true;
    const none = async () => (await readings.answer()).readings.avgLatency.age === null;
    await waitFor('no latency of an idle system', none, { timeout: 25_000, every: 500 });
    const resting = await readings.answer();
    expect(resting.readings.avgLatency.problem).toBe('no frame was detected in the last 15 s');
    expect(resting).toMatchObject({ processingRate: 0, queueDepth: 30, stale: false });

    await prometheus.end();
    await waitFor('the words', async () => {
      await readings.answer();
      return readings.problem()?.startsWith('Prometheus cannot be reached');
    });
    const later = await readings.answer();
    expect(later.queueDepth).toBe(30);
    expect(later.readings.queueDepth.problem).toContain('cannot be reached');
  }, 90_000);
});

it('without a Prometheus the numbers are none, and say why', async () => {
  const answer = await createMetricsApi(undefined).answer();
  expect(answer).toMatchObject({ processingRate: 0, avgLatency: 0, queueDepth: 0, stale: true });
  expect(answer.readings.processingRate).toEqual({
    value: 0,
    age: null,
    problem: 'PROMETHEUS_URL names no Prometheus',
  });
});
