import { createServer } from 'node:http';
import { listenOnLoopback } from '@framewire/testkit';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { proxyToIngest } from './ingest-proxy.ts';

it('a frame of a browser goes to ingest-frame with the key, and its answer comes back', async () => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { url, headers } = request;
    response.writeHead(429, { 'retry-after': '2', 'content-type': 'application/json' });
    const said = {
      url,
      type: headers['content-type'],
      auth: headers.authorization,
      body: Buffer.concat(chunks).length,
    };
    response.end(JSON.stringify(said));
  });
  const port = await listenOnLoopback(server);
  const ingest = `http://127.0.0.1:${port}/function/ingest-frame`;
  const app = new Hono().post('/api/ingest', (c) => proxyToIngest(c, ingest, 'secret'));
  const post = { method: 'POST', body: new Uint8Array(9), headers: { 'content-type': 'image/jpeg' } };
  const answer = await app.request('/api/ingest?camera=me', post);
  expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([
    429,
    '2',
    { url: '/function/ingest-frame?camera=me', type: 'image/jpeg', auth: 'Bearer secret', body: 9 },
  ]);
  await new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  const away = await app.request('/api/ingest?camera=me', post);
  expect([away.status, await away.json()]).toEqual([
    503,
    { error: 'ingest-frame: it cannot be reached', code: 'ingest_unreachable' },
  ]);
});
