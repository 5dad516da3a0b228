/** The trace of a frame, as a collector of traces has it: OpenTelemetry's own where FRAMEWIRE_OTELCOL names its program. */
import { beginTrace, INVOCATION_HEADER, readTraceparent } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { otelcol, type SeenSpan, startDecoder, startOtelcol, type TestCollector } from '@framewire/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ANSWER, detector, type TestFunction } from './testing/gateway.ts';
import { startTestSystem, type TestSystem } from './testing/system.ts';

const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system.close());
afterEach(() => vi.unstubAllEnvs());

describe.each([
  { what: 'a decoder of its own', start: startDecoder },
  { what: "OpenTelemetry's collector (FRAMEWIRE_OTELCOL names its program)", start: otelcol && startOtelcol },
])('$what', ({ start }) => {
  if (!start) return it.skip('is skipped: FRAMEWIRE_OTELCOL names no program of a collector');
  let collector: TestCollector;
  let stop: () => Promise<void>;
  const begin = async (env = {}) => {
    stop = await system.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test%20bench',
      HOSTNAME: 'connector-1',
      ...env,
    });
  };
  const answering = (answer: TestFunction['answer']) => system.gateway.functions.set('detect', detector({ answer }));
  const traceOf = (trace_id: string) => collector.spans().filter((span) => span.trace_id === trace_id);
  /** All exported spans of it. The span of the frame as a whole comes with the last. */
  const wholeTrace = async (trace_id: string, spans: number): Promise<SeenSpan[]> => {
    await waitFor(`the trace ${trace_id}`, () => traceOf(trace_id).length >= spans);
    return traceOf(trace_id);
  };

  beforeAll(async () => {
    collector = await (start === startDecoder ? startDecoder() : startOtelcol(otelcol!));
  });
  afterAll(() => collector.close());
  afterEach(() => stop());

  it('has every stage of a frame under its name, and the function can join it', async () => {
    const borne: string[] = [];
    answering((c) => {
      borne.push(c.req.header(INVOCATION_HEADER.traceparent) ?? '');
      return c.json({ ...ANSWER, stages: { wait: 1, decode: 2, detect: 3, cpu: 4 } });
    });
    await begin();
    const id = await system.send({ source: 'front', seq: 7 });
    const trace = await wholeTrace(beginTrace(id).trace_id, 10);
    const find = (name: string) => trace.find((span) => span.name === name)!;
    const parents = trace.map(({ name, service, parent_id }) => [
      name,
      service,
      trace.find(({ span_id }) => span_id === parent_id)?.name,
    ]);
    expect(parents).toEqual(
      expect.arrayContaining([
        ['frame', 'producer', undefined],
        ['publish', 'producer', 'frame'],
        ['queue', 'rabbitmq', 'frame'],
        ['hold', 'connector', 'frame'],
        ['invoke', 'connector', 'frame'],
        ['gateway', 'gateway', 'invoke'],
        ['detect', 'detect', 'detect'],
        ['wait', 'detect', 'detect'],
        ['decode', 'detect', 'detect'],
        ['result', 'connector', 'frame'],
      ]),
    );
    expect(trace).toHaveLength(11);
    expect(find('frame')).toMatchObject({
      instance: 'front',
      parent_id: '',
      attributes: { 'framewire.frame_id': id, 'framewire.camera_id': 'door', 'framewire.outcome': 'detected' },
    });
    expect(find('decode')).toMatchObject({ instance: 'replica-1' });
    expect(find('invoke')).toMatchObject({
      instance: 'connector-1',
      kind: 3,
      attributes: { 'http.response.status_code': 200 },
      resource: { 'service.namespace': 'framewire', 'deployment.environment.name': 'test bench' },
    });
    const { trace_id, span_id } = readTraceparent(borne[0])!;
    expect([trace_id, span_id]).toEqual([beginTrace(id).trace_id, find('invoke').span_id]);

    // as in the record: to the microsecond
    const [{ stages }] = system.records(id) as [ReturnType<TestSystem['records']>[0]];
    expect(find('frame').start).toBeCloseTo(stages.captured_at!, 2);
    expect(find('queue').start).toBeCloseTo(stages.published_at!, 2);
    expect(find('queue').end).toBeCloseTo(stages.received_at!, 2);
    expect(find('invoke').end).toBeCloseTo(stages.answered_at!, 2);
    expect(find('decode').end - find('decode').start).toBeCloseTo(2, 2);
    for (const span of trace) expect(span.end).toBeGreaterThanOrEqual(span.start);
  });

  it("goes on with the caller's trace", async () => {
    system.gateway.functions.set('detect', detector());
    await begin();
    await system.send({ traceparent: CALLER });
    const { trace_id, span_id } = readTraceparent(CALLER)!;
    const trace = await wholeTrace(trace_id, 10);
    expect(trace.find(({ name }) => name === 'frame')?.parent_id).toBe(span_id);
  });

  it('shows each try, and why it was not the last', async () => {
    let asked = 0;
    answering((c) => (++asked < 3 ? c.json({ error: 'no luck', code: 'x' }, 500) : c.json(ANSWER)));
    await begin();
    const id = await system.send();
    const trace = await wholeTrace(beginTrace(id).trace_id, 12);
    const tries = trace.filter(({ name }) => name === 'invoke').sort((a, b) => a.start - b.start);
    expect(tries.map(({ error }) => error)).toEqual(['500: no luck', '500: no luck', undefined]);
    expect(new Set(tries.map(({ span_id }) => span_id)).size).toBe(3);
  });

  it('gets of those that were detected in time what the sampler leaves, and all others', async () => {
    system.gateway.functions.set('detect', detector());
    await begin({ OTEL_TRACES_SAMPLER: 'parentbased_always_off', TRACES_SLOW_MS: '5000' });
    const quick = await system.send();
    const asked = CALLER.replace('319c', '0001');
    await system.send({ traceparent: asked });
    const slow = await system.send({ captured_at: Date.now() - 6_000 });
    await wholeTrace(beginTrace(slow).trace_id, 10);
    await wholeTrace(readTraceparent(asked)!.trace_id, 10);
    answering((c) => c.json({ error: 'damaged', code: 'x' }, 400));
    const bad = await system.send();
    await wholeTrace(beginTrace(bad).trace_id, 6);
    expect(traceOf(beginTrace(quick).trace_id)).toEqual([]);
    const root = traceOf(beginTrace(bad).trace_id).find(({ name }) => name === 'frame');
    expect(root).toMatchObject({ error: 'damaged', attributes: { 'framewire.outcome': 'rejected' } });
  });

  it('takes no more spans than may wait, and counts what it drops', async () => {
    system.gateway.functions.set('detect', detector());
    await begin({ OTEL_BSP_MAX_QUEUE_SIZE: '15', OTEL_BSP_SCHEDULE_DELAY: '600000' });
    const ids = await Promise.all([system.send(), system.send(), system.send()]);
    await waitFor('the count', async () => (await system.metric('otlp_spans_total', { outcome: 'dropped' })) === 22);
    expect(ids.map((id) => traceOf(beginTrace(id).trace_id).length)).toEqual([0, 0, 0]);
    await stop(); // the one that waits is exported at the end
    await waitFor('it', () => ids.filter((id) => traceOf(beginTrace(id).trace_id).length === 11).length === 1);
  });
});

it('a collector that is away holds up no frame, and what it did not take is counted', async () => {
  system.gateway.functions.set('detect', detector());
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '300'); // OpenTelemetry's exporter reads it itself
  const stop = await system.start({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_BSP_SCHEDULE_DELAY: '10',
  });
  const id = await system.send();
  await waitFor('its outcome', () => system.records(id)[0]);
  const failed = async () => (await system.metric('otlp_spans_total', { outcome: 'failed' })) === 11;
  await waitFor('the count', failed, { timeout: 20_000 });
  await stop();
});

it('without an endpoint nothing is exported, and an invocation carries the trace as it came', async () => {
  let borne: string | undefined;
  system.gateway.functions.set(
    'detect',
    detector({
      answer(c) {
        borne = c.req.header(INVOCATION_HEADER.traceparent);
        return c.json(ANSWER);
      },
    }),
  );
  const stop = await system.start({ OTEL_TRACES_SAMPLER: 'always_on' });
  const id = await system.send({ traceparent: CALLER });
  const record = await waitFor('its outcome', () => system.records(id)[0]);
  expect([borne, record.traceparent]).toEqual([CALLER, CALLER]);
  expect(await system.metric('otlp_spans_total')).toBeUndefined();
  await stop();
});
