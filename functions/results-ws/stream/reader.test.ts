import { EXCHANGE, QUEUE, RECORD_TYPE, topology, uuidv7 } from '@framewire/contract';
import { applyTopology, type Broker, createBroker } from '@framewire/runtime/amqp';
import { background, waitFor } from '@framewire/runtime/process';
import { createTestVhost, readMetric, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createProducer,
  type Producer,
  type Replica,
  startReplica,
  type TestViewer,
  view,
} from '../testing/replica.ts';
import { findingSince } from '../testing/rules.ts';

describe('result_queue', () => {
  let vhost: TestVhost;
  let producer: Producer;
  let legacy: Broker;
  let replica: Replica;
  let viewer: TestViewer;
  beforeEach(async () => {
    vhost = await createTestVhost();
    producer = createProducer(vhost.amqp);
    legacy = createBroker({ url: vhost.amqp, name: 'a legacy producer', log: silentLog });
    replica = await startReplica(vhost.amqp);
    viewer = await view(replica.url);
    await publish(30);
    await waitFor('the first to be shown', () => viewer.results.length === 30);
  });
  afterEach(async () => {
    await viewer.close();
    await replica.close();
    await producer.close();
    await legacy.close();
    await vhost.drop();
  });

  const publish = (count: number) => Promise.all(Array.from({ length: count }, () => producer.result({}))).then(idsOf);
  const idsOf = (records: { frame_id: string }[]) => records.map(({ frame_id }) => frame_id);
  const find = (id: string) => viewer.results.find(({ record }) => record.frame_id === id);
  const shown = (ids: string[]) => () => ids.every(find);
  const readyz = async () => {
    const answer = await fetch(`${replica.url}/readyz`);
    return [answer.status, await answer.text()] as const;
  };
  const isReady = async () => (await readyz())[0] === 200;
  const deleteQueue = () => vhost.admin.call('DELETE', `queues/${vhost.admin.vhost}/${QUEUE.results}`);
  const declareQueue = () => applyTopology(vhost.admin, topology());

  it('that is deleted and declared again is read from its beginning, and viewers go on with it', async () => {
    await deleteQueue();
    await waitFor('it to say so', async () => {
      const [status, words] = await readyz();
      return status === 503 && words.includes("no queue 'result_queue'");
    });
    await declareQueue();
    const sent = await publish(3);
    await waitFor('what the new one holds', shown(sent));
    await waitFor('it to be ready', isReady);
    const more = await publish(3);
    await waitFor('what comes then', shown(more));
    expect(idsOf(replica.results.history.newest(10)).sort()).toEqual([...sent, ...more].sort());
    expect(find(more[0]!)!.cursor).toBeLessThan(10);
    expect(viewer.messages.filter(({ type }) => type === 'hello').length).toBeGreaterThanOrEqual(2);
  });

  it('that is deleted and declared again is read from its beginning where it is longer than the old one was', async () => {
    await deleteQueue();
    await declareQueue();
    await waitFor('all of it', shown(await publish(60)));
    await waitFor('what comes then', shown(await publish(1)));
  });

  it('that is deleted and declared again is ready while it is empty: there are no outcomes', async () => {
    await deleteQueue();
    await declareQueue();
    await waitFor('it to be ready', isReady);
    await waitFor('the first', shown(await publish(1)));
  });

  it('is read on from where it was where only the connection was lost, and frames come again', async () => {
    await vhost.cut('results-ws consumes');
    const sent: string[] = [];
    while (sent.length < 20) sent.push((await producer.result({})).frame_id);
    await waitFor('what came meanwhile', shown(sent), { timeout: 20_000 });
    await waitFor('it to be ready', isReady);
    expect(idsOf(viewer.results.map(({ record }) => record)).slice(30)).toEqual(sent);
    expect(replica.results.history.newest(100)).toHaveLength(50);
    await waitFor('frames', async () => {
      await producer.frame('door');
      return viewer.results.some(({ jpeg }) => jpeg.length > 0);
    });
  });

  /** Publishes an outcome as some other program may. */
  const forge = (exchange: string, key: string, frame_id = uuidv7(), type: string = RECORD_TYPE.result) =>
    legacy.publish({
      exchange,
      key,
      content: Buffer.from(JSON.stringify({ ...viewer.results[0]!.record, frame_id })),
      properties: { type },
      timeoutMs: 5_000,
    });

  it('a record that did not come by the exchange results is counted and ignored', async () => {
    const [straight, byExchange] = [uuidv7(), uuidv7()];
    await forge('', QUEUE.results, straight);
    await forge(EXCHANGE.results, 'door', byExchange);
    await waitFor('the one that came by the exchange', shown([byExchange]));
    expect(find(straight)).toBeUndefined();
    expect(replica.results.history.find(straight)).toBeUndefined();
    expect(await readMetric(replica.registry, 'cv_results_ignored_total')).toBe(1);
  });

  const now = () => Date.now() / 1000;
  const send = (key: string, type: string, record: object, headers = {}) =>
    legacy.publish({
      exchange: EXCHANGE.results,
      key,
      content: Buffer.from(JSON.stringify(record)),
      properties: { type, headers },
      timeoutMs: 5_000,
    });
  const connector = () => ({ connector: 'c', timestamp: now(), held: [] });
  const incident = () => ({ finding: findingSince(now()), node_id: 'other', timestamp: now() });
  const passed = () => ({ camera_id: 'door', source: 's', seq: 1, timestamp: now() });

  it.each([
    ['came straight to the queue', () => forge('', QUEUE.results)],
    ['belong to no frame', () => forge(EXCHANGE.results, 'door', uuidv7(), 'of a function')],
    ['are malformed', () => forge(EXCHANGE.results, 'door', uuidv7(), RECORD_TYPE.camera)],
    ['are heartbeats of cameras', () => producer.camera({})],
    ['are heartbeats of connectors', () => send('connector', RECORD_TYPE.connector, connector())],
    ['are incidents', () => send('incident', RECORD_TYPE.incident, incident())],
    ['are answers of another function', () => send('door', 'of a function', {}, passed())],
  ])('a replica that is started is ready while records pour in that %s', async (_, pour) => {
    const pouring = setInterval(() => background(pour(), silentLog, 'pouring'), 50);
    try {
      const started = await startReplica(vhost.amqp);
      expect(idsOf(started.results.history.newest(100))).toHaveLength(30);
      await started.close();
    } finally {
      clearInterval(pouring);
    }
  });
});
