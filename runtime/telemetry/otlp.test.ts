import { silentLog, startDecoder } from '@framewire/testkit';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSpanExporter, type Span } from './otlp.ts';

const SPAN: Span = {
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: 'b7ad6b7169203331',
  name: 'hold',
  start: 1,
  end: 2,
};
let collector: Awaited<ReturnType<typeof startDecoder>>;
let registry: Registry;
beforeEach(async () => {
  collector = await startDecoder();
  registry = new Registry();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await collector.close();
});
const start = () =>
  createSpanExporter({ env: process.env, service: 'connector', instance: 'c-1', registry, log: silentLog })!;
const counts = () => registry.getSingleMetricAsString('otlp_spans_total');

it("says who sends and what is traced, by OpenTelemetry's variables", async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Bearer%20abc, x-tenant = 7');
  vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip');
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.name=mine,host.name=a%3Db,,broken');
  const exporter = start();
  exporter.offer(() => [SPAN, { ...SPAN, service: 'detect' }]);
  await exporter.close();
  const about = { 'service.namespace': 'framewire', 'host.name': 'a=b' };
  expect(collector.spans().map(({ resource }) => resource)).toEqual([
    { ...about, 'service.name': 'mine', 'service.instance.id': 'c-1' },
    { ...about, 'service.name': 'detect' },
  ]);
  expect(collector.headers).toMatchObject([
    { authorization: 'Bearer abc', 'x-tenant': '7', 'content-encoding': 'gzip' },
  ]);
});

it('posts all batches that wait at its end, and survives spans that cannot be made', async () => {
  vi.stubEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '1');
  const exporter = start();
  exporter.offer(() => {
    throw new Error('no spans');
  });
  for (let i = 0; i < 100; i++) exporter.offer(() => [SPAN]);
  await exporter.close();
  expect(collector.spans()).toHaveLength(100);
  expect(await counts()).toMatch(/"sent"} 100\n.*"failed"} 0\n/);
});
