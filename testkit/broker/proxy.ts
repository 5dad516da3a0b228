import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { listenOnLoopback } from '../system/loopback.ts';

export interface TestProxy {
  /** The broker's address through it. */
  amqp: string;
  /** Milliseconds by which each piece from the broker comes late. */
  delay: number;
  /** Connections that were made through it. */
  readonly connections: number;
  close(): Promise<void>;
}

/** A TCP proxy before the broker that holds each piece that the broker sends, one behind the other. */
export async function startSlowBroker(amqp: string, delayMs: number): Promise<TestProxy> {
  const target = new URL(amqp);
  let connections = 0;
  const { server, sockets, port } = await listen((client) => {
    connections++;
    const broker = connect({ host: target.hostname, port: Number(target.port || 5672), noDelay: true });
    sockets.add(broker);
    const end = () => {
      client.destroy();
      broker.destroy();
    };
    for (const socket of [client, broker]) socket.on('error', end).on('close', end);
    client.pipe(broker);
    let last = Promise.resolve();
    broker.on('data', (piece) => {
      last = last.then(async () => {
        await delay(proxy.delay);
        client.write(piece);
      });
    });
  });
  const url = new URL(amqp);
  url.host = `127.0.0.1:${port}`;
  const proxy = {
    amqp: url.href,
    delay: delayMs,
    get connections() {
      return connections;
    },
    close: () => close(server, sockets),
  };
  return proxy;
}

/** A server to whose every connection `onConnection` speaks by hand. */
export async function startHandmadeBroker(
  onConnection: (socket: Socket) => void,
): Promise<{ port: number; close(): Promise<void> }> {
  const { server, sockets, port } = await listen((socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  return { port, close: () => close(server, sockets) };
}

async function listen(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    onConnection(socket);
  });
  const port = await listenOnLoopback(server);
  return { server, sockets, port };
}

async function close(server: Server, sockets: Set<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}
