import { createServer } from 'node:http';
import { EXCHANGE, RECORD_TYPE } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, listenOnLoopback, silentLog, type TestVhost } from '@framewire/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProducer, type Producer, type Replica, startReplica } from '../testing/replica.ts';

let vhost: TestVhost;
let producer: Producer;
let replica: Replica;
/** A camera connector that knows no camera. */
const connector = createServer((_, response) => {
  response
    .writeHead(404, { 'content-type': 'application/json' })
    .end('{"error": "there is none", "code": "no_such_camera"}');
});
beforeAll(async () => {
  vhost = await createTestVhost();
  producer = createProducer(vhost.amqp);
  const upstreams = { CAMERA_URL: `http://127.0.0.1:${await listenOnLoopback(connector)}` };
  replica = await startReplica(vhost.amqp, { upstreams });
});
afterAll(async () => {
  await replica.close();
  await producer.close();
  await vhost.drop();
  connector.close();
});

const get = async (path: string, at = replica) => (await fetch(`${at.url}/api/${path}`)).json();
const cameras = async (at = replica): Promise<{ camera_id: string; outcomes: object }[]> =>
  (await get('cameras', at)).cameras;
const now = () => Date.now() / 1000;

describe('a camera that was renamed', () => {
  it('goes on with its account and its frames, also for a replica that comes later', async () => {
    await producer.camera({ camera_id: 'door' });
    const [first, late] = [
      await producer.result({ camera_id: 'door', source: 'a', seq: 1 }),
      { camera_id: 'door', source: 'a', seq: 2 },
    ];
    await waitFor('it', () => replica.results.history.find(first.frame_id));
    const at = now();
    await producer.camera({ camera_id: 'door', state: 'removed', renamed_to: 'porch', since: at });
    await producer.camera({ camera_id: 'porch', formerly: [{ camera_id: 'door', until: at }] });
    await producer.result({ ...late, original_timestamp: at - 0.1 });
    const { frame_id } = await producer.result({
      camera_id: 'porch',
      source: 'b',
      seq: 1,
      original_timestamp: at + 0.1,
    });
    await waitFor('all', () => replica.results.history.find(frame_id));
    const later = await startReplica(vhost.amqp);
    for (const one of [replica, later]) {
      await waitFor('the ledger', async () => (await get('ledger', one)).cameras[0]?.camera_id === 'porch');
      expect((await get('ledger', one)).cameras).toMatchObject([{ camera_id: 'porch', detected: 3 }]);
      expect(await cameras(one)).toMatchObject([{ camera_id: 'porch', outcomes: { detected: 3 } }]);
      const { frames } = await get('frames?camera=porch', one);
      expect(frames.map(({ camera_id }: { camera_id: string }) => camera_id)).toEqual(['porch', 'door', 'door']);
      expect((await get('frames?camera=porch&order=slowest', one)).frames.length).toBe(3);
    }
    await later.close();
  });
});

describe('a camera that its connector does not know', () => {
  it('is dismissed: forgotten by every replica, with an entry in the log that says by whom', async () => {
    await producer.camera({ camera_id: 'old', settings: { name: 'Old barn' } });
    await waitFor('it', async () => (await cameras()).some(({ camera_id }) => camera_id === 'old'));
    expect((await fetch(`${replica.url}/api/cameras/none`, { method: 'DELETE' })).status).toBe(404);
    expect((await fetch(`${replica.url}/api/cameras/old`, { method: 'DELETE' })).status).toBe(204);
    await waitFor('its end', async () => !(await cameras()).some(({ camera_id }) => camera_id === 'old'));
    const later = await startReplica(vhost.amqp);
    for (const one of [replica, later]) {
      const entries = await waitFor('the entry', async () => {
        const { incidents } = await get('incidents', one);
        const own = incidents.filter(({ camera_id }: { camera_id?: string }) => camera_id === 'old');
        return own[0]?.type === 'change' && own;
      });
      expect(entries).toMatchObject([
        { type: 'change', action: 'dismissed', by: '127.0.0.1', name: 'Old barn' },
        { type: 'camera', state: 'online' },
      ]);
      expect((await cameras(one)).some(({ camera_id }) => camera_id === 'old')).toBe(false);
    }
    await later.close();
  });
});

it('what people did to cameras is in the log, and that one was removed or paused is said once', async () => {
  const broker = createBroker({ url: vhost.amqp, name: 'camera', log: silentLog });
  const publish = (action: string, more = {}) =>
    broker.publish({
      exchange: EXCHANGE.results,
      key: 'hall',
      content: new TextEncoder().encode(
        JSON.stringify({ camera_id: 'hall', action, by: 'the API', timestamp: now(), ...more }),
      ),
      properties: { type: RECORD_TYPE.change },
      timeoutMs: 5_000,
    });
  await publish('added', { name: 'Hall' });
  await publish('changed', { fields: ['fps'] });
  await producer.camera({ camera_id: 'hall', state: 'paused' });
  await publish('paused');
  await producer.camera({ camera_id: 'hall', state: 'removed' });
  await publish('removed');
  await broker.close();
  const own = await waitFor('all', async () => {
    const { incidents } = await get('incidents');
    const all = incidents.filter(({ camera_id }: { camera_id?: string }) => camera_id === 'hall');
    return all[0]?.action === 'removed' && all;
  });
  expect(own.map(({ type, action }: { type: string; action: string }) => [type, action])).toEqual(
    ['removed', 'paused', 'changed', 'added'].map((action) => ['change', action]),
  );
});
