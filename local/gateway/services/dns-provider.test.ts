import { createServer, type Server } from 'node:http';
import { waitFor } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
import { silentLog } from '@framewire/testkit';
import { afterEach, expect, it } from 'vitest';
import { createSecretStore } from '../api/secret-store.ts';
import { authorityOf } from '../faas-provider.ts';
import { createGateway } from '../server.ts';
import { createDnsProvider } from './dns-provider.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A replica at an address of loopback of its own: ready or not, it answers with its address. */
async function replica(host: string, port: number, state = { ready: true }): Promise<number> {
  const server: Server = createServer((request, response) => {
    request.resume();
    response.statusCode = request.url === '/_/ready' && !state.ready ? 503 : 200;
    response.end(host);
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

it('sends invocations to every replica that DNS names and that is ready, and follows both', async () => {
  const states = [{ ready: true }, { ready: false }];
  const port = await replica('127.0.0.2', 0, states[0]);
  await replica('127.0.0.3', port, states[1]);
  let addresses = ['127.0.0.2', '127.0.0.3'];
  const provider = createDnsProvider({
    services: [{ name: 'detect-faces', topic: 'frame_queue' }, { name: 'nobody' }],
    port,
    log: silentLog,
    everyMs: 20,
    lookup: async (name) => (name === 'detect-faces' ? addresses : []),
  });
  closers.push(provider.close);
  await provider.known;
  const gateway = createGateway({
    provider,
    secrets: createSecretStore('/tmp/framewire-no-secrets'),
    username: 'admin',
    password: 'password',
    upstreamTimeoutMs: 10_000,
    registry: createRegistry(),
    log: silentLog,
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  closers.push(() => gateway.close());
  const url = `http://127.0.0.1:${(gateway.address() as { port: number }).port}`;
  const invoke = async () => (await fetch(`${url}/function/detect-faces`, { method: 'POST', body: 'x' })).text();
  const seen = async () => new Set(await Promise.all(Array.from({ length: 20 }, invoke)));

  expect(provider.list()[0]).toMatchObject({ replicas: 2, annotations: { topic: 'frame_queue' } });
  expect([...(await seen())]).toEqual(['127.0.0.2']);
  expect((await fetch(`${url}/function/nobody`)).status).toBe(503);
  states[1]!.ready = true;
  await waitFor('both replicas', () => provider.list()[0]!.endpoints.length === 2);
  expect([...(await seen())].sort()).toEqual(['127.0.0.2', '127.0.0.3']);
  addresses = ['127.0.0.3'];
  await waitFor('the one that is left', () => provider.list()[0]!.endpoints.length === 1);
  expect([...(await seen())]).toEqual(['127.0.0.3']);

  const authorization = `Basic ${Buffer.from('admin:password').toString('base64')}`;
  const scaled = await fetch(`${url}/system/scale-function/detect-faces`, {
    method: 'POST',
    headers: { authorization },
    body: JSON.stringify({ serviceName: 'detect-faces', replicas: 3 }),
  });
  expect([scaled.status, await scaled.text()]).toEqual([
    400,
    expect.stringContaining('docker compose up --scale detect-faces=N'),
  ]);
});

it('writes an address of IPv6 as a URL and a Host header do', () => {
  expect(authorityOf({ host: 'fd00::2', port: 8080 })).toBe('[fd00::2]:8080');
  expect(authorityOf({ host: '172.18.0.2', port: 8080 })).toBe('172.18.0.2:8080');
  expect(authorityOf({ port: 8080 })).toBe('127.0.0.1:8080');
});
