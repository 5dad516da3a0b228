import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ResultRecord, uuidv7 } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, type TestVhost } from '@framewire/runtime/testing';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { proxyToIngest } from './http/ingest-proxy.ts';
import { createProducer, type Producer, type Replica, startReplica, view } from './testing/replica.ts';
import { frame } from './testing/snapshot.ts';

let vhost: TestVhost;
let producer: Producer;
const replicas: Replica[] = [];
beforeAll(async () => {
  vhost = await createTestVhost();
  producer = createProducer(vhost.amqp);
});
afterEach(async () => {
  for (const replica of replicas.splice(0)) await replica.close();
});
afterAll(async () => {
  await producer.close();
  await vhost.drop();
});

async function start(options: Parameters<typeof startReplica>[1] = {}): Promise<string> {
  const replica = await startReplica(vhost.amqp, options);
  replicas.push(replica);
  return replica.url;
}

const json = async (response: Response) => [response.status, await response.json()];

/** Events as they come, each with its id. */
async function openEvents(url: string, headers: Record<string, string> = {}) {
  const ending = new AbortController();
  const response = await fetch(url, { headers, signal: ending.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const events: { id?: string; data: { type: string; [key: string]: unknown } }[] = [];
  const read = (async () => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop()!;
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (data) events.push({ id: /^id: (.*)$/m.exec(part)?.[1], data: JSON.parse(data) });
      }
    }
  })().catch(() => {});
  return {
    events,
    ended: read,
    async close() {
      ending.abort();
      await read;
    },
  };
}

describe('server-sent events', () => {
  it('say what a WebSocket would, pictures in base64, and resume after Last-Event-ID', async () => {
    const url = await start();
    const first = await openEvents(`${url}/api/events?cameras=door`);
    const withPicture = () => first.events.find(({ data }) => typeof data.frame === 'string');
    await waitFor('a picture', async () => {
      await producer.frame('door');
      return withPicture();
    });
    expect(first.events.slice(0, 2).map(({ data }) => data.type)).toEqual(['cameras', 'hello']);
    const { id, data } = withPicture()!;
    expect(Number(id)).toBe(data.cursor);
    expect(Buffer.from(data.frame as string, 'base64').length).toBe(100);
    await first.close();

    const { frame_id } = await producer.result({});
    await waitFor('it to be read', () => replicas[0]!.results.history.newest(1)[0]?.frame_id === frame_id);
    const again = await openEvents(`${url}/api/events`, { 'last-event-id': id! });
    const missed = await waitFor('what it missed', () =>
      again.events.find(({ data }) => (data.record as { frame_id: string } | undefined)?.frame_id === frame_id),
    );
    expect(missed.data.replay).toBe(true);
    expect(again.events.find(({ data }) => data.type === 'hello')!.data.resumed).toBe(true);
    await again.close();
    await waitFor('it to be gone', () => replicas[0]!.results.hub.size === 0);
  });

  it('refuse what they cannot mean', async () => {
    const url = await start({ maxViewers: 1 });
    expect(await json(await fetch(`${url}/api/events?cameras=a%20b`))).toMatchObject([400, { code: 'cameras' }]);
    expect(await json(await fetch(`${url}/api/events?resume=soon`))).toMatchObject([400, { code: 'resume' }]);
    // who asks for the head alone is no viewer
    for (let n = 0; n < 3; n++) expect((await fetch(`${url}/api/events`, { method: 'HEAD' })).status).toBe(200);
    const one = await openEvents(`${url}/api/events`);
    expect(await json(await fetch(`${url}/api/events`))).toMatchObject([503, { code: 'viewers' }]);
    await one.close();
  });
});

it('a replica that ends says goodbye to all, and waits for nobody', async () => {
  const replica = await startReplica(vhost.amqp);
  const events = await openEvents(`${replica.url}/api/events`);
  const viewer = await view(replica.url);
  const goodbye = once(viewer.socket, 'close');
  await replica.close();
  expect((await goodbye)[0]).toBe(1012);
  await events.ended;
});

describe('the API', () => {
  it('gives the newest outcomes of a camera first', async () => {
    const url = await start();
    const ids = [];
    for (let n = 0; n < 3; n++) ids.unshift((await producer.result({ camera_id: 'porch' })).frame_id);
    const frames = async (query: string) => (await fetch(`${url}/api/frames?${query}`)).json();
    await waitFor('all', async () => (await frames('camera=porch')).frames.length === 3);
    const answer = await frames('camera=porch&limit=2');
    expect(answer.camera_id).toBe('porch');
    expect(answer.frames.map(({ frame_id }: { frame_id: string }) => frame_id)).toEqual(ids.slice(0, 2));
    expect(await json(await fetch(`${url}/api/frames?limit=0`))).toMatchObject([400, { code: 'limit' }]);
    expect(await json(await fetch(`${url}/api/frames?camera=a/b`))).toMatchObject([400, { code: 'camera' }]);
  });

  it('gives outcomes of a time, page by page', async () => {
    const url = await start();
    const sent: ResultRecord[] = [];
    for (let n = 0; n < 5; n++) sent.unshift(await producer.result({ camera_id: 'gate' }));
    const get = async (query: string) => (await fetch(`${url}/api/frames?camera=gate&${query}`)).json();
    await waitFor('all', async () => (await get('')).frames.length === 5);
    const ids = (frames: ResultRecord[]) => frames.map(({ frame_id }) => frame_id);
    const pages: string[][] = [];
    for (let next: number | undefined, first = true; first || next !== undefined; first = false) {
      const page = await get(`limit=2${next === undefined ? '' : `&cursor=${next}`}`);
      pages.push(ids(page.frames));
      next = page.next;
    }
    expect(pages).toEqual([0, 2, 4].map((n) => ids(sent.slice(n, n + 2))));
    const { timestamp } = sent[2]!;
    const since = (await get(`from=${timestamp}`)).frames as ResultRecord[];
    expect(ids(since)).toEqual(ids(sent.filter((each) => each.timestamp >= timestamp)));
    const until = (await get(`to=${timestamp}&order=slowest`)).frames as ResultRecord[];
    expect(new Set(ids(until))).toEqual(new Set(ids(sent.filter((each) => each.timestamp <= timestamp))));
    expect(await json(await fetch(`${url}/api/frames?from=${Date.now()}`))).toMatchObject([
      400,
      { code: 'from', error: expect.stringContaining('milliseconds') },
    ]);
    expect(await json(await fetch(`${url}/api/frames?cursor=next`))).toMatchObject([400, { code: 'cursor' }]);
  });

  it('refuses by name what it does not know', async () => {
    const url = await start();
    const names =
      'metrics cameras ledger way status verdict incidents/x objective history history/events frames events chaos'.split(
        ' ',
      );
    for (const name of [...names, `frames/${uuidv7()}`]) {
      const answer = await json(await fetch(`${url}/api/${name}?since=1`));
      expect([name, ...answer]).toMatchObject([name, 400, { code: 'unknown_parameter' }]);
    }
    expect(await json(await fetch(`${url}/api/history/events?from=1`))).toEqual([
      400,
      { error: 'unknown parameter from; known: limit', code: 'unknown_parameter' },
    ]);
    for (const path of ['api', 'api/', 'api/frame', 'api/frames/1/2'])
      expect(await json(await fetch(`${url}/${path}`))).toMatchObject([404, { code: 'not_found' }]);
  });

  it('gives one frame with its way, and the slowest of the last minutes', async () => {
    const url = await start();
    const get = async (path: string) => json(await fetch(`${url}/api/${path}`));
    const sent = [];
    for (const detect of [20, 400, 60]) {
      const { frame_id, stages, timestamp, original_timestamp } = frame({ detect }, { timestamp: Date.now() / 1000 });
      sent.push(await producer.result({ camera_id: 'attic', frame_id, stages, timestamp, original_timestamp }));
    }
    await waitFor('all', async () => (await get('frames?camera=attic'))[1].frames.length === 3);
    const [, slowest] = await get('frames?camera=attic&order=slowest');
    expect(slowest.frames.map((each: ResultRecord) => each.stages.detect)).toEqual([400, 60, 20]);
    const [status, answer] = await get(`frames/${sent[1]!.frame_id}`);
    expect([status, answer.record.frame_id]).toEqual([200, sent[1]!.frame_id]);
    expect(answer.stages).toMatchObject({
      publish: 1,
      queue: 2,
      gateway: expect.closeTo(3, 3),
      decode: 3,
      detect: 400,
    });
    expect(answer.slower_than).toBeCloseTo(2 / 3, 5);
    expect(await get(`frames/${uuidv7()}`)).toMatchObject([404, { code: 'no_such_frame' }]);
    expect(await get('frames/7')).toMatchObject([400, { code: 'frame' }]);
    expect(await get('frames?order=oldest')).toMatchObject([400, { code: 'order' }]);
  });

  it('says how fresh pictures were when viewers drew them', async () => {
    const url = await start();
    const viewer = await view(url);
    viewer.say({ type: 'drawn', ages: [60, 70, 900].map((age) => ({ camera_id: 'door', age })) });
    const answer = await waitFor('what it drew', async () => {
      const [, now] = await json(await fetch(`${url}/api/objective`));
      return now.pictures === 3 && now;
    });
    expect(answer).toMatchObject({
      target: 500,
      goal: 0.99,
      within: 2 / 3,
      cameras: [{ camera_id: 'door', pictures: 3 }],
    });
    await viewer.close();
  });

  it('says what holds the system back, and that the charts have no Prometheus', async () => {
    const url = await start();
    expect(await json(await fetch(`${url}/api/verdict`))).toMatchObject([200, { state: 'ok', findings: [], gaps: [] }]);
    expect(await json(await fetch(`${url}/api/history/events`))).toMatchObject([200, { events: [] }]);
    expect(await json(await fetch(`${url}/api/history/events?limit=0`))).toMatchObject([400, { code: 'limit' }]);
    expect(await json(await fetch(`${url}/api/history?series=rate`))).toMatchObject([503, { code: 'no_prometheus' }]);
  });

  it('serves the dashboard, and says what is not there', async () => {
    const url = await start();
    const page = await fetch(url);
    expect([page.status, await page.text()]).toEqual([200, '<title>page</title>']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await json(await fetch(`${url}/../etc/passwd`))).toMatchObject([404, { code: 'not_found' }]);
    expect(await json(await fetch(`${url}/ws/results`))).toMatchObject([400, { code: 'upgrade' }]);
    expect(await json(await fetch(`${url}/api/ingest`, { method: 'POST', body: 'x' }))).toMatchObject([
      404,
      { code: 'no_ingest' },
    ]);
  });
});

describe('who may look', () => {
  const key = 'a key for tests';
  const refused = (url: string, options = {}) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/results`, options);
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode!));
      socket.on('open', () => {
        resolve(101);
        socket.close();
      });
      socket.on('error', () => {});
    });

  it('has the key: as a bearer token, or in the address where a browser can send no other', async () => {
    const url = await start({ key });
    const given = `key=${encodeURIComponent(key)}`;
    expect((await fetch(`${url}/api/cameras`)).status).toBe(401);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/api/cameras`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    expect((await fetch(`${url}/api/cameras?${given}`)).status).toBe(401);
    expect(await refused(url)).toBe(401);
    const events = await openEvents(`${url}/api/events?${given}`);
    await events.close();
    expect(await refused(`${url}`, { headers: { authorization: `Bearer ${key}` } })).toBe(101);
  });

  it('is no page of another origin, unless it is allowed', async () => {
    const url = await start({ origins: ['https://wall.example'] });
    // a sandboxed frame has the origin "null"
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:9']) {
      expect(await refused(url, { origin })).toBe(403);
      for (const path of ['/', '/api/cameras', '/api/events', '/healthz', '/metrics'])
        expect(await json(await fetch(url + path, { headers: { origin } }))).toMatchObject([403, { code: 'origin' }]);
    }
    expect(await refused(url, { origin: 'https://wall.example' })).toBe(101);
    expect(await refused(url, { origin: url })).toBe(101);
  });

  it('asks for this machine by its name, not by one that was bound to its address', async () => {
    const url = await start();
    const { port } = new URL(url);
    const host = `evil.example:${port}`;
    expect(await refused(url, { headers: { host }, origin: `http://${host}` })).toBe(403);
    expect(await refused(url, { headers: { host: `localhost:${port}` }, origin: `http://localhost:${port}` })).toBe(
      101,
    );
  });
});

it('a picture of a browser goes to ingest-frame with the key, and its answer comes back', async () => {
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ingest = `http://127.0.0.1:${(server.address() as AddressInfo).port}/function/ingest-frame`;
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
    { error: 'ingest-frame: it cannot be reached', code: 'ingest_away' },
  ]);
});
