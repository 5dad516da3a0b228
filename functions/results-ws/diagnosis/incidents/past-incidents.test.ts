import { EXCHANGE, type Finding, RECORD_TYPE } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { sleep, waitFor } from '@framewire/runtime/process';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createProducer, type Producer, type Replica, startReplica } from '../../testing/replica.ts';
import { findingSince } from '../../testing/rules.ts';

let vhost: TestVhost;
let producer: Producer;
const replicas: Replica[] = [];
beforeEach(async () => {
  vhost = await createTestVhost();
  producer = createProducer(vhost.amqp);
});
afterEach(async () => {
  for (const replica of replicas.splice(0)) await replica.close();
  await producer.close();
  await vhost.drop();
});

async function start(window: string): Promise<Replica> {
  const replica = await startReplica(vhost.amqp, { window });
  replicas.push(replica);
  return replica;
}

async function publish(record: { finding: Finding; until?: number }): Promise<void> {
  const broker = createBroker({ url: vhost.amqp, name: 'another replica', log: silentLog });
  const content = new TextEncoder().encode(
    JSON.stringify({ ...record, node_id: 'another', timestamp: Date.now() / 1000 }),
  );
  const properties = { type: RECORD_TYPE.incident };
  await broker.publish({ exchange: EXCHANGE.results, key: 'incident', content, properties, timeoutMs: 5_000 });
  await broker.close();
}

it('incidents from before the window of outcomes are read back from the stream, in their order', async () => {
  const now = Math.floor(Date.now() / 1000);
  const first = await producer.result({});
  await publish({ finding: findingSince(now - 500) });
  await producer.camera({ camera_id: 'door', since: now - 400 });
  await Promise.all(Array.from({ length: 300 }, () => producer.result({})));
  await publish({ finding: findingSince(now - 500), until: now - 300 });
  await producer.camera({ camera_id: 'door', since: now - 400 });
  await producer.camera({ camera_id: 'door', state: 'offline', reason: 'Connection refused', since: now - 200 });

  // the broker finds the window by the time of its chunks: those of before must be older than it
  for (let outcomes = 300; outcomes >= 300; ) {
    await sleep(2_000);
    await producer.result({});
    const replica = await start('1s');
    outcomes = replica.results.history.newest(1_000).length;
    if (outcomes >= 300) continue;
    await waitFor('the past', () => (replica.results.incidents.since ?? now * 2) <= first.timestamp);
    const events = replica.results.incidents.newest(10);
    expect(events.map((event) => [event.type, event.at, 'until' in event ? event.until : undefined])).toEqual([
      ['camera', now - 200, undefined],
      ['camera', now - 400, undefined],
      ['finding', now - 500, now - 300],
    ]);
    // what comes then is added to it
    await producer.camera({ camera_id: 'door', since: now - 100 });
    await waitFor('the next', () => replica.results.incidents.newest(10)[0]?.at === now - 100);
    expect(replica.results.incidents.newest(10).length).toBe(4);
  }
});
