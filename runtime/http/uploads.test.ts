import { type ClientRequest, request } from 'node:http';
import { silentLog } from '@framewire/testkit';
import { Hono } from 'hono';
import { afterEach, expect, it } from 'vitest';
import { waitFor } from '../process/wait.ts';
import { onError } from './http.ts';
import { type Listening, listen } from './listen.ts';
import { bodyOf, createUploads, type Uploads } from './uploads.ts';

const MAX_BYTES = 100_000;
let uploads: Uploads;
let listening: Listening;
const clients: ClientRequest[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await listening.close();
});

async function start(timeoutMs: number, look?: (beginning: Uint8Array) => void): Promise<void> {
  uploads = createUploads({ maxBytes: 2 * MAX_BYTES, timeoutMs });
  const app = new Hono();
  app.onError(onError(silentLog));
  app.post('/', async (c) => {
    const length = await uploads.admit(bodyOf(c), MAX_BYTES, async (upload) => (await upload.read(look)).length);
    return c.json({ length });
  });
  listening = await listen(app, { host: '127.0.0.1', port: 0 });
}

interface Sent {
  client: ClientRequest;
  answer: Promise<{ status: number; body: { code?: string; length?: number } }>;
  closed: Promise<void>;
}

/** Begins a post and leaves it open. */
function send(headers: Record<string, number>, ...chunks: Uint8Array[]): Sent {
  const client = request({ port: listening.port, method: 'POST', headers, agent: false });
  clients.push(client);
  const closed = new Promise<void>((resolve) => client.once('close', resolve));
  const answer = new Promise<Awaited<Sent['answer']>>((resolve, reject) => {
    client.on('error', reject);
    client.on('response', async (incoming) => {
      let text = '';
      for await (const chunk of incoming) text += chunk;
      resolve({ status: incoming.statusCode!, body: JSON.parse(text) });
    });
  });
  answer.catch(() => {}); // one that is cut has none
  client.flushHeaders();
  for (const chunk of chunks) client.write(chunk);
  return { client, answer, closed };
}

const declared = (length: number, ...chunks: Uint8Array[]) => send({ 'content-length': length }, ...chunks);

it('a body is read whole, of a declared length and of none', async () => {
  await start(10_000);
  const bytes = new Uint8Array(MAX_BYTES);
  for (const { client, answer } of [declared(MAX_BYTES, bytes), send({}, bytes), declared(0), send({})]) {
    client.end();
    expect((await answer).status).toBe(200);
  }
  expect(uploads.bytes).toBe(0);
});

it('what is declared counts from the head on; beyond the limit the head is refused, until there is room', async () => {
  await start(10_000);
  const held = [declared(MAX_BYTES), declared(MAX_BYTES)];
  await waitFor('both heads', () => uploads.bytes === 2 * MAX_BYTES);
  expect(await declared(1).answer).toMatchObject({ status: 429, body: { code: 'busy' } });
  expect(await declared(MAX_BYTES + 1).answer).toMatchObject({ status: 413, body: { code: 'too_large' } });
  held[0]!.client.destroy(); // who goes away holds nothing
  await waitFor('room', () => uploads.bytes === MAX_BYTES);
  expect(await declared(1, new Uint8Array(1)).answer).toMatchObject({ status: 200, body: { length: 1 } });
});

it('what declares nothing counts as it comes, and one that is alone is let in', async () => {
  await start(10_000);
  const chunk = new Uint8Array(90_000);
  const held = [send({}, chunk), send({}, chunk)];
  await waitFor('what came', () => uploads.bytes === 180_000);
  expect(await send({}, chunk).answer).toMatchObject({ status: 429, body: { code: 'busy' } });
  for (const { client } of held) client.end();
  expect(await held[1]!.answer).toMatchObject({ status: 200, body: { length: 90_000 } });
  await waitFor('nothing', () => uploads.bytes === 0);
});

it('one that takes too long is answered, read no further, and its connection closed', async () => {
  await start(300);
  const { client, answer, closed } = declared(MAX_BYTES, new Uint8Array(10));
  const drip = setInterval(() => client.write(new Uint8Array(10)), 50);
  expect(await answer).toMatchObject({ status: 408, body: { code: 'upload_timeout' } });
  expect(uploads.bytes).toBe(0);
  await closed;
  clearInterval(drip);
});

it('one that is refused by its beginning is read no further', async () => {
  await start(10_000, () => {
    throw new Error('seen enough');
  });
  const { answer, closed } = declared(MAX_BYTES, new Uint8Array(80_000));
  expect(await answer).toMatchObject({ status: 500 });
  expect(uploads.bytes).toBe(0);
  await closed;
});
