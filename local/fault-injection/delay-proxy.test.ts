import { connect, createServer, type Socket } from 'node:net';
import { waitFor } from '@framewire/runtime/process';
import { listenOnLoopback } from '@framewire/testkit';
import { expect, it } from 'vitest';
import { startDelayProxy } from './delay-proxy.ts';

it('the proxy before the gateway keeps the order, and delays each direction as configured', async () => {
  const upstream = createServer((socket: Socket) => socket.pipe(socket));
  const proxy = await startDelayProxy(await listenOnLoopback(upstream));
  const socket = connect(proxy.port, '127.0.0.1');
  let back = '';
  socket.on('data', (data) => {
    back += data;
  });
  socket.write('one ');
  await waitFor('the echo', () => back === 'one ');
  proxy.delay = 100;
  const began = performance.now();
  socket.write('two ');
  await waitFor('the slow echo', () => back === 'one two ', { every: 5 });
  expect(performance.now() - began).toBeGreaterThanOrEqual(195);
  proxy.delay = 0;
  socket.write('three');
  await waitFor('the rest', () => back === 'one two three');
  socket.destroy();
  await proxy.close();
  upstream.close();
});
