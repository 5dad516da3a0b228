/** The whole trace of a camera's frame, from its capture to the viewer, in a collector: OpenTelemetry's own where FRAMEWIRE_OTELCOL names it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beginTrace } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { otelcol, type SeenSpan, startDecoder, startOtelcol, type TestCollector } from '@framewire/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openResultLog } from '../../testkit/results/result-stream.ts';
import { putCamera } from '../../testkit/system/cameras.ts';
import { ARTIFACTS } from '../../testkit/system/paths.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';
import { openRecordingViewer, type RecordingViewer } from '../../testkit/viewers/websocket.ts';

let collector: TestCollector;
let system: System;
let viewer: RecordingViewer;
beforeAll(async () => {
  if (!otelcol)
    process.stdout.write("FRAMEWIRE_OTELCOL names no collector: traces go to a decoder of the test's own\n");
  collector = otelcol ? await startOtelcol(otelcol) : await startDecoder();
  system = await startSystem({
    args: ['--no-demo'],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '500' },
  });
  await putCamera(system, 'traced', { url: 'demo:', fps: 4 });
  viewer = await openRecordingViewer(system.dashboard);
});
afterAll(async () => {
  await viewer?.close();
  await system?.stop();
  await collector?.close();
});

const WHOLE = 12;

it('has every stage of the frame pipeline, at the moments that its record has', async () => {
  const traces = () => {
    const byId = new Map<string, SeenSpan[]>();
    for (const span of collector.spans()) byId.set(span.trace_id, [...(byId.get(span.trace_id) ?? []), span]);
    return byId;
  };
  const trace = await waitFor(
    'a whole trace',
    () => [...traces().values()].find((spans) => spans.length === WHOLE && spans.some(({ name }) => name === 'send')),
    { timeout: 60_000, every: 500 },
  );
  const waterfall = draw(trace);
  mkdirSync(ARTIFACTS, { recursive: true });
  writeFileSync(join(ARTIFACTS, 'trace.txt'), waterfall);
  process.stdout.write(waterfall);

  const find = (name: string, service?: string) =>
    trace.find((span) => span.name === name && (!service || span.service === service))!;
  expect(trace.map(({ service, name }) => `${service}: ${name}`).sort()).toEqual([
    'connector: hold',
    'connector: invoke',
    'connector: result',
    'detect-faces: decode',
    'detect-faces: detect',
    'detect-faces: detect-faces',
    'detect-faces: wait',
    'gateway: gateway',
    'producer: frame',
    'producer: publish',
    'rabbitmq: queue',
    'results-ws: send',
  ]);
  // one tree: each but the frame hangs on another
  const ids = new Set(trace.map(({ span_id }) => span_id));
  expect(trace.filter(({ parent_id }) => !ids.has(parent_id)).map(({ name }) => name)).toEqual(['frame']);
  expect(find('send').parent_id).toBe(find('result').span_id);

  const ledger = openResultLog(system.amqp);
  const frame_id = String(find('frame').attributes['framewire.frame_id']);
  expect(find('frame').trace_id).toBe(beginTrace(frame_id).trace_id);
  const record = await waitFor('its record', () => ledger.records.find((one) => one.frame_id === frame_id));
  await ledger.close();
  const { captured_at, received_at, invoked_at, answered_at, wait, decode, detect } = record.stages;
  expect(find('frame').start).toBeCloseTo(captured_at!, 2);
  expect(find('queue').end).toBeCloseTo(received_at!, 2);
  expect(find('invoke').start).toBeCloseTo(invoked_at!, 2);
  expect(find('result').start).toBeCloseTo(answered_at!, 2);
  const work = find('detect-faces');
  expect(work.end - work.start).toBeCloseTo(wait! + decode! + detect!, 1);
  expect(work.instance).toBe(record.node_id);
});

/** As a person reads it: milliseconds from the capture. */
function draw(trace: SeenSpan[]): string {
  const begin = Math.min(...trace.map(({ start }) => start));
  const lines = [...trace]
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .map(({ service, instance, name, start, end }) => {
      const [from, to] = [start - begin, end - begin].map((ms) => ms.toFixed(2).padStart(8));
      return `${service.padEnd(13)} ${name.padEnd(13)} ${from} ${to}  ${instance ?? ''}`;
    });
  return `trace ${trace[0]!.trace_id}, milliseconds\n${lines.join('\n')}\n`;
}
