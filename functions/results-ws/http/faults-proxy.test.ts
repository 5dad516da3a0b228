import { createHttpGuard, listen, onError } from '@framewire/runtime/http';
import { silentLog } from '@framewire/testkit';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proxyToFaults } from './faults-proxy.ts';

const orders: string[] = [];
let url: string;
let close: () => Promise<void>;
beforeAll(async () => {
  const app = new Hono();
  app.all('/secret', async (c) => {
    orders.push(`${c.req.method} ${await c.req.text()}`);
    return c.json({ longest: 60, faults: [] }, c.req.method === 'POST' ? 409 : 200);
  });
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${listening.port}/secret`;
  close = listening.close;
});
afterAll(() => close());

const create = (faultsUrl?: string) => {
  const app = new Hono();
  app.onError(onError(silentLog));
  app.all('/api/faults', (c) => proxyToFaults(c, faultsUrl, createHttpGuard({ host: '127.0.0.1' })));
  return app;
};
const post = (app: Hono, headers: Record<string, string>) =>
  app.request('http://page/api/faults', {
    method: 'POST',
    headers: { host: 'page', ...headers },
    body: '{"fault":"cpu"}',
  });
const JSON_TYPE = { 'content-type': 'application/json' };

describe('orders to break something', () => {
  it('are passed on, and so is the answer', async () => {
    const app = create(url);
    expect(await (await app.request('/api/faults')).json()).toEqual({ longest: 60, faults: [] });
    expect((await post(app, { ...JSON_TYPE, origin: 'http://page' })).status).toBe(409);
    expect((await app.request('/api/faults', { method: 'DELETE' })).status).toBe(200);
    expect(orders).toEqual(['GET ', 'POST {"fault":"cpu"}', 'DELETE ']);
  });

  it('of another page, and such as a form could send, are not', async () => {
    const app = create(url);
    orders.length = 0;
    expect((await post(app, { ...JSON_TYPE, origin: 'https://example.org' })).status).toBe(403);
    expect((await post(app, { ...JSON_TYPE, origin: 'null' })).status).toBe(403);
    expect((await post(app, { 'content-type': 'text/plain' })).status).toBe(415);
    const foreign = { method: 'DELETE', headers: { origin: 'https://example.org' } };
    expect((await app.request('/api/faults', foreign)).status).toBe(403);
    expect(orders).toEqual([]);
  });

  it('are answered 404 where nothing can be broken, and 502 where nobody answers', async () => {
    expect((await create().request('/api/faults')).status).toBe(404);
    expect((await create('http://127.0.0.1:9/').request('/api/faults')).status).toBe(502);
  });
});
