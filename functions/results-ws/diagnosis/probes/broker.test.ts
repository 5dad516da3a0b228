import { connect, createServer, type Socket } from 'node:net';
import { QUEUE, uuidv7 } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, listenOnLoopback, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BrokerProbe, createBrokerProbe, createBrokerProbes } from './broker.ts';

let vhost: TestVhost;
let probe: BrokerProbe;
const ends: (() => unknown)[] = [];
beforeEach(async () => {
  vhost = await createTestVhost();
});
afterEach(async () => {
  probe.close();
  for (const end of ends.splice(0).reverse()) await end();
  await vhost.drop();
});

function start(url: string): void {
  const broker = createBroker({ url, name: 'probe', log: silentLog });
  ends.push(broker.close);
  probe = createBrokerProbe(broker, silentLog);
}

/** The broker, by way of something that can hold back all that it says. */
async function holdable(url: string) {
  const { port, hostname } = new URL(url);
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const broker = connect(Number(port), hostname);
    sockets.push(socket, broker);
    for (const each of [socket, broker]) each.on('error', () => {});
    socket.pipe(broker);
    broker.pipe(socket);
  });
  const listening = await listenOnLoopback(server);
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const way = new URL(url);
  way.port = `${listening}`;
  return {
    url: way.href,
    hold: () => sockets.forEach((socket) => void socket.pause()),
    go: () => sockets.forEach((socket) => void socket.resume()),
  };
}

it('says how soon the broker answers, what waits for the connector and who takes it', async () => {
  start(vhost.amqp);
  await waitFor('an answer', () => probe.queue());
  expect(probe.queue()).toEqual({ waiting: 0, consumers: 0 });
  const other = createBroker({ url: vhost.amqp, name: 'connector', log: silentLog });
  ends.push(other.close);
  const properties = { messageId: uuidv7(), contentType: 'image/jpeg' };
  const content = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
  await other.publish({ exchange: '', key: QUEUE.frames, content, properties, timeoutMs: 5_000 });
  await waitFor('what waits', () => probe.queue()?.waiting === 1, { timeout: 20_000 });
  other.consume({ queue: QUEUE.frames, prefetch: 1, onDelivery: () => 'ack' });
  await waitFor('who takes it', () => probe.queue()?.consumers === 1, { timeout: 20_000 });
  expect(probe.answer()).toBeLessThan(3_000);
});

it('says for how long a broker that hangs has owed an answer, long before its connections end', async () => {
  const way = await holdable(vhost.amqp);
  start(way.url);
  await waitFor('an answer', () => probe.queue());
  way.hold();
  await waitFor('that it hangs', () => (probe.answer() ?? 0) > 3_000, { timeout: 9_000 });
  way.go();
  await waitFor('its answers again', () => (probe.answer() ?? 0) < 3_000, { timeout: 20_000 });
});

it('asks about the queue of a function for as long as that has it, and leaves no channel behind', async () => {
  const broker = createBroker({ url: vhost.amqp, name: 'probes', log: silentLog });
  ends.push(broker.close);
  let queues: string[] = [QUEUE.frames, QUEUE.deadLetters];
  const probes = createBrokerProbes(broker, silentLog, () => queues);
  probe = probes;
  const { admin } = vhost;
  const channels = async () => (await admin.call<object[]>('GET', `vhosts/${admin.vhost}/channels`))!.length;
  await waitFor('an answer', () => probes.queues().get(QUEUE.deadLetters)?.waiting === 0);
  await waitFor('two channels', async () => (await channels()) === 2, { timeout: 20_000 });
  queues = [QUEUE.frames];
  expect([...probes.queues().keys()]).toEqual([]);
  await waitFor('one channel', async () => (await channels()) === 1, { timeout: 20_000 });
});
