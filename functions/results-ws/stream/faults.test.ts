import { EXCHANGE, QUEUE, RECORD_TYPE, uuidv7 } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, silentLog, type TestVhost } from '@framewire/runtime/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createProducer,
  type Producer,
  type Replica,
  startReplica,
  type TestViewer,
  view,
} from '../testing/replica.ts';

let vhost: TestVhost;
let producer: Producer;
let replica: Replica;
let viewer: TestViewer;
beforeEach(async () => {
  vhost = await createTestVhost();
  producer = createProducer(vhost.amqp);
  replica = await startReplica(vhost.amqp);
  viewer = await view(replica.url);
});
afterEach(async () => {
  await viewer.close();
  await replica.close();
  await producer.close();
  await vhost.drop();
});

const shown = (id: string) => viewer.results.find(({ record }) => record.frame_id === id);

it('a connection that is cut costs no outcome, and pictures come again', async () => {
  await vhost.cut('results-ws consumes');
  const ids: string[] = [];
  for (let n = 0; n < 20; n++) ids.push((await producer.result({})).frame_id);
  await waitFor('all outcomes', () => ids.every(shown), { timeout: 20_000 });
  expect(viewer.results.map(({ record }) => record.frame_id)).toEqual(ids);
  await waitFor('pictures', async () => {
    await producer.frame('door');
    return viewer.results.some(({ jpeg }) => jpeg.length > 0);
  });
});

it('a stream that was deleted and declared again is read from its beginning, and the viewer is notified', async () => {
  for (let n = 0; n < 5; n++) await producer.result({});
  await waitFor('all', () => viewer.results.length === 5);
  const { admin } = vhost;
  const queue = `queues/${admin.vhost}/${QUEUE.results}`;
  await admin.call('DELETE', queue);
  await admin.call('PUT', queue, { durable: true, arguments: { 'x-queue-type': 'stream' } });
  await admin.call('POST', `bindings/${admin.vhost}/e/results/q/${QUEUE.results}`, { routing_key: '#' });
  const last = await waitFor(
    'an outcome of the new one',
    async () => {
      const { frame_id } = await producer.result({});
      return waitFor('it', () => shown(frame_id), { timeout: 500 });
    },
    { timeout: 20_000 },
  );
  expect(last.cursor).toBeLessThan(60);
  expect(viewer.messages.filter(({ type }) => type === 'hello').length).toBeGreaterThanOrEqual(2);
});

it('a record that did not come by the exchange results is counted and ignored', async () => {
  const broker = createBroker({ url: vhost.amqp, name: 'a legacy producer', log: silentLog });
  const forged = await producer.result({});
  const publish = (exchange: string, key: string, frame_id: string) =>
    broker.publish({
      exchange,
      key,
      content: Buffer.from(JSON.stringify({ ...forged, frame_id })),
      properties: { type: RECORD_TYPE.result },
      timeoutMs: 5_000,
    });
  const [straight, byExchange] = [uuidv7(), uuidv7()];
  await publish('', QUEUE.results, straight);
  await publish(EXCHANGE.results, 'door', byExchange);
  await waitFor('the one that came by the exchange', () => shown(byExchange));
  await broker.close();
  expect(shown(straight)).toBeUndefined();
  expect(replica.results.history.find(straight)).toBeUndefined();
  expect(await replica.registry.getSingleMetricAsString('cv_results_ignored_total')).toMatch(/_total 1$/m);
});
