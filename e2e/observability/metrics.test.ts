/** The four legacy service level indicators, word for word, against the running Prometheus. */
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { query, type Sample } from '../../testkit/clients/prometheus.ts';
import { drawDamaged } from '../../testkit/frames/scene.ts';
import { postFrame, putCamera, removeCameras } from '../../testkit/system/cameras.ts';

const system = inject('system');
beforeAll(() => putCamera(system, 'measured', { url: 'demo:', fps: 4 }));
afterAll(() => removeCameras(system, 'measured'));

const number = ({ value }: Sample) => value;
const untilSamples = (promql: string, enough: (samples: Sample[]) => boolean): Promise<Sample[]> =>
  waitFor(
    promql,
    async () => {
      const samples = await query(system.prometheus, promql);
      return enough(samples) ? samples : undefined;
    },
    { timeout: 60_000, every: 500 },
  );

it('throughput', async () => {
  await untilSamples('sum(rate(cv_frames_processed_total[1m]))', ([one]) => one !== undefined && number(one) > 0);
});

it('latency, 95th percentile', async () => {
  const promql = 'histogram_quantile(0.95, sum(rate(cv_processing_seconds_bucket[5m])) by (le))';
  const [p95] = await untilSamples(promql, ([one]) => one !== undefined && number(one) > 0);
  expect(number(p95!)).toBeLessThan(10);
});

it('errors by node and reason', async () => {
  const promql = 'sum(rate(cv_frames_failed_total[5m])) by (node_id, reason)';
  const bad = await drawDamaged('metrics');
  const send = () => postFrame(system, 'measured-badly', bad);
  await send();
  // a rate is seen when a counter rises, so that one more must come after the first was scraped
  const failing = await waitFor(
    promql,
    async () => {
      await send();
      const samples = await query(system.prometheus, promql);
      return samples.length > 0 && samples.some((sample) => number(sample) > 0) ? samples : undefined;
    },
    { timeout: 60_000, every: 1_000 },
  );
  for (const { metric } of failing) {
    expect(Object.keys(metric).sort()).toEqual(['node_id', 'reason']);
    expect(metric.node_id).toMatch(/^detect-faces-/);
  }
});

it('queue', async () => {
  const samples = await untilSamples('rabbitmq_queue_messages', (all) =>
    all.some(({ metric }) => metric.queue === 'frame_queue'),
  );
  for (const sample of samples) expect(number(sample)).toBeGreaterThanOrEqual(0);
});

it('every part runs on the Node that the system was started with', async () => {
  const parts = ['camera', 'connector', 'detect-faces', 'gateway', 'ingest-frame', 'results-ws'];
  const samples = await untilSamples('count by (job, version) (nodejs_version_info)', (all) =>
    parts.every((part) => all.some(({ metric }) => metric.job === part)),
  );
  expect(new Set(samples.map(({ metric }) => metric.version))).toEqual(new Set([process.version]));
});
