import type { DetectAnswer } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
import { silentLog } from '@framewire/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../metrics.ts';
import { ANSWER, detector } from '../testing/gateway.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';
import { createFailureReasons } from './failure-reasons.ts';
import { createSettler } from './settler.ts';

let system: TestSystem;
let asked: Map<string, number>;
beforeAll(async () => {
  system = await startTestSystem();
  system.gateway.functions.set('detect', detector());
  await system.start({ MAX_ANSWER_BYTES: '200000', MAX_MESSAGE_BYTES: '100000' });
});
afterAll(() => system.close());

/** Sends a frame of a camera that is answered so, and another one's behind it; resolves to the record of the first. */
async function ask(answer: () => Response) {
  asked = new Map();
  system.gateway.functions.set(
    'detect',
    detector({
      answer(c) {
        const camera = c.req.header('x-camera-id') ?? '';
        asked.set(camera, (asked.get(camera) ?? 0) + 1);
        return camera === 'odd' ? answer() : c.json(ANSWER);
      },
    }),
  );
  const odd = await system.send({ camera_id: 'odd' });
  const others = await Promise.all([1, 2, 3].map(() => system.send({ camera_id: 'even' })));
  await waitFor('the other frames', () => others.every((id) => system.records(id)[0]?.outcome === 'detected'));
  return waitFor('the outcome', () => system.records(odd)[0]);
}

describe('an answer that can never be passed on', () => {
  it('for a content type that no message has room for: the frame failed, with the reason, after one try', async () => {
    const record = await ask(() => new Response('hello', { headers: { 'content-type': `text/${'x'.repeat(300)}` } }));
    expect(record).toMatchObject({ outcome: 'failed', reason_code: 'function_error' });
    expect(record.reason).toMatch(/^its answer cannot be passed on: /);
    expect(asked.get('odd')).toBe(1);
  });

  it('since the broker takes no message of its size: the same', async () => {
    const record = await ask(() => new Response(Buffer.alloc(150_000, 'x')));
    expect(record).toMatchObject({ outcome: 'failed', reason_code: 'reply_too_large' });
    expect(record.reason).toMatch(/a message of 150000 bytes: the broker takes no more than 100000/);
    expect(asked.get('odd')).toBe(1);
  });

  it('since it has no end: it is not read on, and its connection is closed', async () => {
    let hungUp = false;
    const endless = () =>
      new ReadableStream({
        pull: (stream) => stream.enqueue(new Uint8Array(50_000)),
        cancel() {
          hungUp = true;
        },
      });
    const record = await ask(() => new Response(endless()));
    expect(record).toMatchObject({ outcome: 'failed', reason_code: 'reply_too_large' });
    expect(record.reason).toBe('the answer is larger than 200000 bytes');
    await waitFor('the end of the answer', () => hungUp);
    expect(asked.get('odd')).toBe(1);
  });
});

it('an outcome with more boxes than a record holds is a failed frame, and no record that every reader passes over', async () => {
  const settler = createSettler({
    broker: system.broker,
    metrics: createMetrics(createRegistry()),
    failureReasons: createFailureReasons(),
    log: silentLog,
  });
  const frame = { frame_id: crypto.randomUUID(), camera_id: 'crowd', topic: 'faces', captured_at: Date.now() };
  const detections = Array.from({ length: 30_000 }, (_, x) => ({ x, y: 0.123456789, w: 10, h: 10 }));
  const answer = { ...ANSWER, detections } as DetectAnswer;
  await settler.settle(frame, { kind: 'detected', answer }, {}, new AbortController().signal);
  const record = await waitFor('its record', () => system.records(frame.frame_id)[0]);
  expect(record).toMatchObject({ outcome: 'failed', reason_code: 'reply_too_large', detections: [] });
});

it('an outcome that is known when its channel has closed already is published all the same', async () => {
  const settler = createSettler({
    broker: system.broker,
    metrics: createMetrics(createRegistry()),
    failureReasons: createFailureReasons(),
    log: silentLog,
  });
  const frame = { frame_id: crypto.randomUUID(), camera_id: 'late', topic: 'faces', captured_at: Date.now() };
  const outcome = { kind: 'failed', reason: 'it was not to be', reason_code: 'function_error' } as const;
  await settler.settle(frame, outcome, {}, AbortSignal.abort());
  const record = await waitFor('its record', () => system.records(frame.frame_id)[0]);
  expect(record.reason).toBe('it was not to be');
});
