import { Registry } from 'prom-client';
import { afterEach, expect, it, vi } from 'vitest';
import { silentLog, startDecoder } from '../testing/index.ts';
import { createSpanExporter, type Span } from './otlp.ts';

const SPAN: Span = {
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: 'b7ad6b7169203331',
  name: 'hold',
  start: 1,
  end: 2,
};
const collector = await startDecoder();
afterEach(async () => {
  vi.unstubAllEnvs();
  await collector.close();
});

it("says who sends and what is traced, by OpenTelemetry's variables", async () => {
  for (const [name, value] of Object.entries({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-tenant = 7',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=mine,host.name=a%3Db,,broken',
  }))
    vi.stubEnv(name, value);
  const registry = new Registry();
  const { env } = process;
  const exporter = createSpanExporter({ env, service: 'connector', instance: 'c-1', registry, log: silentLog })!;
  exporter.offer(() => {
    throw new Error('no spans');
  });
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
  expect(await registry.getSingleMetricAsString('otlp_spans_total')).toContain('{outcome="sent"} 2');
});
