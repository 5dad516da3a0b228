import { EXCHANGE, encodeFrame, QUEUE, uuidv7 } from '@framewire/contract';
import { derivedFrameId } from '@framewire/runtime/frames';
import { waitFor } from '@framewire/runtime/process';
import { createRegistry, type Log } from '@framewire/runtime/telemetry';
import { readMetric, silentLog } from '@framewire/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../metrics.ts';
import { createFailureReasons } from '../settle/failure-reasons.ts';
import { createSettler } from '../settle/settler.ts';
import { JPEG, startTestSystem, type TestSystem } from '../testing/system.ts';
import { consumeDeadLetters } from './dead-letters.ts';

let system: TestSystem;
const warnings: object[] = [];
const registry = createRegistry();
beforeAll(async () => {
  system = await startTestSystem(); // without a connector: nobody takes frames from their queue
  const { broker } = system;
  const log = Object.assign(Object.create(silentLog), { warn: (fields: object) => warnings.push(fields) }) as Log;
  const metrics = createMetrics(registry);
  const failureReasons = createFailureReasons();
  const settler = createSettler({ broker, metrics, failureReasons, log });
  consumeDeadLetters({ broker, settler, failureReasons, tap: { forward() {}, async close() {} }, metrics, log });
});
afterAll(() => system.close());

const record = (id: string) => waitFor(`the outcome of ${id}`, () => system.records(id)[0]);

/** Publishes a frame of somebody else with these headers; its id. */
async function publish(to: { exchange: string; key: string }, headers: object, expiration?: string): Promise<string> {
  const frame = { frame_id: uuidv7(), camera_id: 'door', captured_at: Date.now(), source: 's', seq: 1, jpeg: JPEG };
  const { content, ...encoded } = encodeFrame(frame);
  const properties = { ...encoded, headers: { ...encoded.headers, ...headers }, ...(expiration && { expiration }) };
  await system.broker.publish({ ...to, content, properties, timeoutMs: 5_000 });
  return frame.frame_id;
}

describe('a dead letter', () => {
  it('of a frame that waited too long is an expired frame', async () => {
    const id = await system.send({ deadline_ms: Date.now() + 200, seq: 9, source: 's' });
    const expired = await record(id);
    expect(expired).toMatchObject({ outcome: 'expired', camera_id: 'door', topic: 'faces', source: 's', seq: 9 });
    expect(expired.reason).toContain('waited in frame_queue');
  });

  it('may be a legacy message, or unreadable', async () => {
    const timestamp = Math.floor(Date.now() / 1_000) - 0.5;
    const body = Buffer.from(JSON.stringify({ frame: JPEG.toString('base64'), timestamp }));
    const properties = { expiration: '1', messageId: 'none' };
    await system.broker.publish({ exchange: '', key: QUEUE.frames, content: body, properties, timeoutMs: 5_000 });
    expect(await record(derivedFrameId(body))).toMatchObject({
      outcome: 'expired',
      camera_id: 'default',
      original_timestamp: timestamp,
    });
    const rubbish = Buffer.from('rubbish');
    const key = 'faces.door';
    await system.broker.publish({ exchange: EXCHANGE.frames, key, content: rubbish, properties, timeoutMs: 5_000 });
    expect(await record(derivedFrameId(rubbish))).toMatchObject({ outcome: 'expired', camera_id: 'door' });
  });

  it.each([
    ['a death of its own', [{ reason: 'rejected', queue: 'elsewhere', exchange: '', count: 1 }]],
    ['no list at all', 'yes'],
  ])('is read by what the broker wrote, whatever its producer wrote before: %s', async (_, deaths) => {
    const id = await publish({ exchange: EXCHANGE.frames, key: 'faces.door' }, { 'x-death': deaths }, '1');
    expect(await record(id)).toMatchObject({ outcome: 'expired', reason_code: 'deadline_in_queue' });
    expect((await record(id)).reason).toContain('waited in frame_queue');
  });
});

it('a message that did not come by dead-lettering has no outcome: it is counted, logged once a minute and removed', async () => {
  const deaths = { 'x-death': [{ reason: 'expired', queue: QUEUE.frames, exchange: EXCHANGE.frames, count: 1 }] };
  const byName = { exchange: '', key: QUEUE.deadLetters };
  const forged = [
    await publish(byName, {}),
    await publish(byName, deaths),
    await publish({ exchange: EXCHANGE.deadLetters, key: 'faces.door' }, {}),
    await publish({ exchange: EXCHANGE.deadLetters, key: 'faces.door' }, { 'x-death': [{ count: 1 }] }),
  ];
  await waitFor(
    'all of them',
    async () => (await readMetric(registry, 'connector_foreign_dead_letters_total')) === forged.length,
  );
  await record(await system.send({ deadline_ms: Date.now() + 200 })); // what stood before it is done with
  expect(forged.flatMap(system.records)).toEqual([]);
  expect(await system.ready(QUEUE.deadLetters)).toBe(0);
  expect(warnings).toEqual([{ exchange: '', key: QUEUE.deadLetters, message_id: forged[0] }]);
});
