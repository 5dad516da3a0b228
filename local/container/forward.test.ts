import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createHttpGuard, listen } from '@framewire/runtime/http';
import { Hono } from 'hono';
import { afterEach, expect, it } from 'vitest';
import { freePorts } from '../supervisor/free-ports.ts';
import { type Forwarding, forwardPorts } from './forward.ts';

/** Another address of loopback stands for that of the container. */
const CONTAINER = '127.0.0.2';
let forwarding: Forwarding | undefined;
let server: { close(): unknown } | undefined;
afterEach(async () => {
  await forwarding?.close();
  await server?.close();
});

async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const echo: Server = createServer({ allowHalfOpen: true }, onConnection);
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  server = echo;
  const { port } = echo.address() as { port: number };
  forwarding = await forwardPorts([CONTAINER], [port]);
  return port;
}

it('passes on all bytes both ways, also to who has said all and waits for the answer', async () => {
  const port = await serve((socket) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => socket.end(Buffer.concat(chunks).reverse()));
  });
  const said = randomBytes(3_000_000);
  const socket = connect({ host: CONTAINER, port, allowHalfOpen: true });
  socket.end(said);
  const heard: Buffer[] = [];
  socket.on('data', (chunk) => heard.push(chunk));
  await once(socket, 'end');
  expect(Buffer.concat(heard).equals(Buffer.from(said).reverse())).toBe(true);
});

it('a part refuses another Host as if it were asked on loopback', async () => {
  const app = new Hono().get('/', (c) => c.text('page'));
  const part = await listen(app, { host: '127.0.0.1', port: 0, guard: createHttpGuard({ host: '127.0.0.1' }) });
  server = part;
  forwarding = await forwardPorts([CONTAINER], [part.port]);
  const ask = async (host: string) => {
    const socket = connect({ host: CONTAINER, port: part.port });
    socket.end(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const [first] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return `${first}`.slice(9, 12);
  };
  expect(await ask(`localhost:${part.port}`)).toBe('200');
  expect(await ask('rebound.example.org')).toBe('403');
});

it('closes a connection where the part is not there, and where either side breaks off', async () => {
  const [free] = await freePorts(1);
  forwarding = await forwardPorts([CONTAINER], [free!]);
  await once(connect({ host: CONTAINER, port: free! }).resume(), 'close');
  await forwarding.close();

  const sockets: Socket[] = [];
  const port = await serve((socket) => sockets.push(socket.on('error', () => {}).resume()));
  const viewer = connect({ host: CONTAINER, port });
  viewer.write('x');
  await expect.poll(() => sockets.length).toBe(1);
  viewer.resetAndDestroy();
  await expect.poll(() => sockets[0]!.destroyed || sockets[0]!.readableEnded).toBe(true);
  const other = connect({ host: CONTAINER, port })
    .on('error', () => {})
    .resume();
  other.write('x');
  await expect.poll(() => sockets.length).toBe(2);
  const closed = once(other, 'close');
  sockets[1]!.resetAndDestroy();
  await closed;
});

it('its end ends connections', async () => {
  const port = await serve((socket) => socket.on('error', () => {}).resume());
  const viewer = connect({ host: CONTAINER, port })
    .on('error', () => {})
    .resume();
  await once(viewer, 'connect');
  const closed = once(viewer, 'close');
  await forwarding!.close();
  await closed;
  const later = connect({ host: CONTAINER, port });
  await expect(once(later, 'connect')).rejects.toThrow('ECONNREFUSED');
});

it('names the port that is taken', async () => {
  const port = await serve(() => {});
  await expect(forwardPorts([CONTAINER], [port])).rejects.toThrow(`port ${port} on ${CONTAINER}`);
});
