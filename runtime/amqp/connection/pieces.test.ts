import { connect, createServer, type Server, type Socket } from 'node:net';
import { createTestVhost, listenOnLoopback, silentLog, type TestVhost } from '@framewire/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { waitFor } from '../../process/wait.ts';
import { type Broker, createBroker } from '../session.ts';

let vhost: TestVhost;
let broker: Broker;
let server: Server;
const queue = 'bodies';

/** Between client and broker; what the broker sends arrives in pieces of so many bytes. */
async function startCutter(piece: number): Promise<string> {
  const { hostname, port } = new URL(vhost.amqp);
  server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream])
      socket.on('error', () => socket.destroy()).on('close', () => end(client, upstream));
    client.setNoDelay(true).pipe(upstream);
    upstream.on('data', (data: Buffer) => {
      for (let at = 0; at < data.length; at += piece) client.write(data.subarray(at, at + piece));
    });
  });
  const url = new URL(vhost.amqp);
  url.port = `${await listenOnLoopback(server)}`;
  return url.href;
}
const end = (...sockets: Socket[]) => sockets.map((socket) => socket.destroy());

beforeEach(async () => {
  vhost = await createTestVhost();
  const { admin } = vhost;
  await admin.call('PUT', `queues/${admin.vhost}/${queue}`, { durable: true });
  await admin.call('POST', `bindings/${admin.vhost}/e/frames/q/${queue}`, { routing_key: 'bodies.*' });
});
afterEach(async () => {
  await broker.close();
  server.close();
  await vhost.drop();
});

it.each([1, 7, 4_096, 1_000_000])('bodies of any size arrive whole, in pieces of %s bytes', async (piece) => {
  broker = createBroker({ url: await startCutter(piece), name: 'test', log: silentLog });
  const largest = piece < 100 ? 5_000 : 400_000; // of several AMQP frames
  const bodies = [0, 1, 2, 50_000, 131_064, 131_065, largest]
    .filter((size) => size <= largest)
    .map((size, n) => Buffer.alloc(size, `${n}, and so on`));
  const came: Buffer[] = [];
  broker.consume({
    queue,
    prefetch: 10,
    onDelivery({ content }) {
      came.push(content);
      return 'ack';
    },
  });
  const common = { exchange: 'frames', key: 'bodies.door', timeoutMs: 20_000 };
  await Promise.all(bodies.map((content) => broker.publish({ ...common, content })));
  await waitFor('all bodies', () => came.length === bodies.length);
  for (const [n, body] of bodies.entries()) expect(came[n]!.equals(body)).toBe(true);
});
