import { createServer, type IncomingMessage } from 'node:http';
import { CHANGED_BY } from '@framewire/contract';
import { createHttpGuard, onError } from '@framewire/runtime/http';
import { listenOnLoopback, silentLog } from '@framewire/testkit';
import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useReplicas } from '../testing/http.ts';
import { createProxy, pathBehind } from './proxy.ts';
import { createUpstreams, ownPagesOnly } from './upstreams.ts';

interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}
const asked: Asked[] = [];
const answer = { status: 200, headers: {} as Record<string, string>, body: 'done', isSlow: false };
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  asked.push({ method: request.method!, url: request.url!, headers: request.headers, body });
  if (answer.isSlow) return;
  response.writeHead(answer.status, answer.headers).end(answer.body);
});
let origin: string;
beforeAll(async () => {
  origin = `http://127.0.0.1:${await listenOnLoopback(server)}`;
});
beforeEach(() => {
  asked.length = 0;
  Object.assign(answer, { status: 200, headers: {}, body: 'done', isSlow: false });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const app = () => new Hono().onError(onError(silentLog));
const missing = { code: 'no_store', message: 'STORE_URL names no store' };
const unreachable = { code: 'store_unreachable', status: 503 } as const;
const store = () => ({ name: 'the store', url: `${origin}/function/store/`, missing, unreachable });

describe('a request for another part', () => {
  it('bears that key and none of the caller, and goes below the address of the part', async () => {
    const pass = createProxy({ ...store(), key: 'secret' });
    const routes = app().all('/api/*', (c) => pass(c, pathBehind(c, '/api'), { 'framewire-by': 'me' }));
    Object.assign(answer, { status: 202, headers: { 'set-cookie': 'a=b', 'retry-after': '2' } });
    const response = await routes.request('/api/things/a%20b%2Fc?from=1&key=mine', {
      method: 'POST',
      body: '{"a": 1}',
      headers: { 'content-type': 'application/json', cookie: 'x=y', authorization: 'Bearer mine', 'x-other': '1' },
    });
    expect([response.status, await response.text(), response.headers.get('retry-after')]).toEqual([202, 'done', '2']);
    expect([response.headers.get('set-cookie'), response.headers.get('cache-control')]).toEqual([null, 'no-store']);
    const [{ method, url, headers, body }] = asked as [Asked];
    expect([method, url, body]).toEqual(['POST', '/function/store/things/a%20b%2Fc?from=1', '{"a": 1}']);
    expect(headers).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/json',
      'framewire-by': 'me',
    });
    expect([headers.cookie, headers['x-other']]).toEqual([undefined, undefined]);
  });

  it('cannot leave that address', async () => {
    const pass = createProxy(store());
    const routes = app().all('/api/*', (c) => pass(c, pathBehind(c, '/api')));
    for (const path of ['/api/../metrics', '/api/%2e%2e/metrics', '/api/x/../../metrics'])
      expect((await routes.request(path)).status, path).toBe(404);
    expect(asked).toEqual([]);
  });

  it('may have a body of so many bytes, where that is said', async () => {
    const pass = createProxy({ ...store(), maxBody: 10 });
    const routes = app().post('/', (c) => pass(c));
    expect((await routes.request('/', { method: 'POST', body: '0123456789' })).status).toBe(200);
    const large = await routes.request('/', { method: 'POST', body: '01234567890' });
    expect([large.status, (await large.json()).code]).toEqual([413, 'too_large']);
    expect(asked.map(({ body }) => body)).toEqual(['0123456789']);
  });

  it('is answered with what is wrong where there is none, it is not there, or it does not answer', async () => {
    answer.isSlow = true;
    const cases = [
      [{ ...store(), url: undefined }, 404, missing.code, missing.message],
      [{ ...store(), url: 'http://127.0.0.1:9/' }, 503, unreachable.code, 'the store cannot be reached'],
      [{ ...store(), timeoutMs: 100 }, 503, unreachable.code, 'the store: no answer within 0.1 s'],
    ] as const;
    for (const [upstream, status, code, error] of cases) {
      const pass = createProxy(upstream);
      const response = await app()
        .get('/', (c) => pass(c))
        .request('/');
      expect([response.status, await response.json()]).toEqual([status, { error, code }]);
    }
  });
});

it('a frame of a browser goes to ingest-frame with the key, as it comes', async () => {
  const { ingest } = createUpstreams({ INGEST_URL: `${origin}/function/ingest-frame`, INGEST_KEY: 'secret' });
  const headers = { 'content-type': 'image/jpeg', 'idempotency-key': 'one' };
  const post = { method: 'POST', body: 'x'.repeat(100_000), headers };
  const response = await app()
    .post('/', (c) => ingest(c))
    .request('/?camera=me', post);
  expect(response.status).toBe(200);
  expect(asked).toMatchObject([
    { url: '/function/ingest-frame?camera=me', headers: { ...headers, authorization: 'Bearer secret' } },
  ]);
  expect(asked[0]!.body.length).toBe(100_000);
});

describe('orders to break something', () => {
  const guard = createHttpGuard({ host: '127.0.0.1' });
  const routes = (faultsUrl?: string) => {
    const { faults } = createUpstreams({ FAULTS_URL: faultsUrl });
    return app().all('/api/faults', ownPagesOnly(guard, 'inject faults here'), (c) => faults(c));
  };
  const order = (headers: Record<string, string>) => ({
    method: 'POST',
    headers: { host: 'page', ...headers },
    body: '{"fault":"cpu"}',
  });
  const JSON_TYPE = { 'content-type': 'application/json' };

  it('are passed on, and so is the answer', async () => {
    const own = { ...JSON_TYPE, origin: 'http://page' };
    expect((await routes(origin).request('http://page/api/faults', order(own))).status).toBe(200);
    expect((await routes(origin).request('http://page/api/faults', { method: 'DELETE' })).status).toBe(200);
    expect(asked.map(({ method, body }) => [method, body])).toEqual([
      ['POST', '{"fault":"cpu"}'],
      ['DELETE', ''],
    ]);
  });

  it('of another page, and such as a form could send, are not', async () => {
    const status = async (headers: Record<string, string>) =>
      (await routes(origin).request('http://page/api/faults', order(headers))).status;
    expect(await status({ ...JSON_TYPE, origin: 'https://example.org' })).toBe(403);
    expect(await status({ ...JSON_TYPE, origin: 'null' })).toBe(403);
    expect(await status({ 'content-type': 'text/plain' })).toBe(415);
    const foreign = { method: 'DELETE', headers: { origin: 'https://example.org' } };
    expect((await routes(origin).request('/api/faults', foreign)).status).toBe(403);
    expect(asked).toEqual([]);
  });

  it('are answered 404 where nothing can be broken, and 502 where nobody answers', async () => {
    expect((await routes().request('/api/faults')).status).toBe(404);
    expect((await routes('http://127.0.0.1:9/').request('/api/faults')).status).toBe(502);
  });
});

describe('cameras', () => {
  const system = useReplicas();

  it('are changed by whoever may write, and the connector learns by whom', async () => {
    const upstreams = { CAMERA_URL: origin, CAMERA_KEY: 'secret' };
    const url = await system.start({ key: 'looks', writeKey: 'writes', upstreams });
    const call = (key: string, method: string) =>
      fetch(`${url}/api/cameras/door`, { method, headers: { authorization: `Bearer ${key}`, [CHANGED_BY]: 'forged' } });
    const statuses = await Promise.all([call('looks', 'GET'), call('looks', 'DELETE'), call('writes', 'DELETE')]);
    expect(statuses.map(({ status }) => status)).toEqual([403, 403, 200]);
    const deleted = asked.filter(({ method }) => method === 'DELETE');
    expect(deleted).toMatchObject([
      { url: '/cameras/door', headers: { authorization: 'Bearer secret', [CHANGED_BY]: 'write key from 127.0.0.1' } },
    ]);
  });

  it('are not, where no camera connector is named', async () => {
    const url = await system.start({});
    const response = await fetch(`${url}/api/cameras/door`, { method: 'DELETE' });
    expect([response.status, (await response.json()).code]).toEqual([404, 'no_camera_connector']);
  });
});
