import { statusAnswer } from '@framewire/contract';
import { createTestVhost, type TestVhost } from '@framewire/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Replica, type ReplicaOptions, startReplica } from '../../testing/replica.ts';

const [KEY, WRITE_KEY] = ['the key that looks', 'the key that writes'];
let vhost: TestVhost;
let replica: Replica | undefined;
beforeAll(async () => {
  vhost = await createTestVhost();
});
afterEach(() => replica?.close());
afterAll(() => vhost.drop());

async function start(options: ReplicaOptions): Promise<string> {
  replica = await startReplica(vhost.amqp, options);
  return replica.url;
}
/** As the form sends it. */
const post = (url: string, path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  fetch(`${url}/${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { origin: url, ...headers },
    redirect: 'manual',
  });
const cookieOf = (answer: Response) => answer.headers.get('set-cookie')!.split(';')[0]!;
const statusOf = async (url: string, cookie: string) =>
  statusAnswer.parse(await (await fetch(`${url}/api/status`, { headers: { cookie } })).json());

it('a person without a session gets a form, gives the key once, and has a session that is not the key', async () => {
  const url = await start({ key: KEY });
  const form = await fetch(url);
  expect([form.status, form.headers.get('content-type')]).toEqual([401, 'text/html; charset=UTF-8']);
  expect(await form.text()).toContain('action="sign-in"');
  const wrong = await post(url, 'sign-in', { key: 'guess' });
  expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([401, null]);
  expect(await wrong.text()).toContain('That is not the key.');

  const right = await post(url, 'sign-in', { key: KEY });
  expect([right.status, right.headers.get('location')]).toEqual([303, './']);
  const cookie = right.headers.get('set-cookie')!;
  expect(cookie).toMatch(/^framewire_session=[\w.-]+; Max-Age=604800; HttpOnly; SameSite=Lax$/);
  expect(cookie).not.toContain(encodeURIComponent(KEY));
  const page = await fetch(url, { headers: { cookie: cookieOf(right) } });
  expect([page.status, await page.text()]).toEqual([200, '<title>page</title>']);
  expect(await statusOf(url, cookieOf(right))).toMatchObject({ role: 'write', signed_in: true });
});

it('signs out: the session is none any more, here and in the browser', async () => {
  const url = await start({ key: KEY });
  const cookie = cookieOf(await post(url, 'sign-in', { key: KEY }));
  const out = await post(url, 'sign-out', {}, { cookie });
  expect([out.status, out.headers.get('set-cookie')]).toEqual([
    303,
    expect.stringMatching(/^framewire_session=; Max-Age=0/),
  ]);
  expect((await fetch(`${url}/api/cameras`, { headers: { cookie } })).status).toBe(401);
});

it('a link with the key signs in and leads to the address without it', async () => {
  const url = await start({ key: KEY });
  const linked = await fetch(`${url}/?key=${encodeURIComponent(KEY)}`, { redirect: 'manual' });
  expect([linked.status, linked.headers.get('location'), linked.headers.get('cache-control')]).toEqual([
    303,
    './',
    'no-store',
  ]);
  expect((await fetch(url, { headers: { cookie: cookieOf(linked) } })).status).toBe(200);
  const wrong = await fetch(`${url}/?key=guess`, { redirect: 'manual' });
  expect([wrong.status, wrong.headers.get('location')]).toEqual([401, null]);
});

it('over https the cookie is never sent over anything else', async () => {
  const url = await start({ key: KEY, trustProxy: ['loopback'] });
  const { host } = new URL(url);
  const ways: Record<string, string>[] = [{ origin: `https://${host}` }, { origin: url, 'x-forwarded-proto': 'https' }];
  for (const headers of ways)
    expect((await post(url, 'sign-in', { key: KEY }, headers)).headers.get('set-cookie')).toMatch(/; Secure/);
});

it('a malformed cookie is no session, and no error either', async () => {
  const url = await start({ key: KEY });
  for (const cookie of [
    'framewire_session=%',
    'framewire_session=%E0%A4%A',
    'framewire_session',
    '=;;',
    'a=%; framewire_session="x',
  ])
    expect((await fetch(`${url}/api/cameras`, { headers: { cookie } })).status, cookie).toBe(401);
});

it('one key looks, another posts and changes', async () => {
  const url = await start({ key: KEY, writeKey: WRITE_KEY });
  const ask = async (method: string, path: string, key?: string) => {
    const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
    const answer = await fetch(url + path, { method, headers, ...(method === 'POST' && { body: '{}' }) });
    return `${answer.status} ${((await answer.json()) as { code?: string }).code ?? ''}`;
  };
  for (const [method, path] of [
    ['POST', '/api/ingest'],
    ['POST', '/api/faults'],
    ['DELETE', '/api/faults'],
  ] as const) {
    expect(await ask(method, path)).toBe('401 unauthorized');
    expect(await ask(method, path, KEY)).toBe('403 view_only');
    expect(await ask(method, path, WRITE_KEY)).toMatch(/^404 /);
  }
  expect(await ask('GET', '/api/cameras', KEY)).toBe('200 ');
  expect(await ask('GET', '/api/cameras', WRITE_KEY)).toBe('200 ');
  const cookie = cookieOf(await post(url, 'sign-in', { key: KEY }));
  expect(await statusOf(url, cookie)).toMatchObject({ role: 'view', signed_in: true });
  expect((await post(url, 'api/ingest', {}, { cookie })).status).toBe(403);
  const writer = cookieOf(await post(url, 'sign-in', { key: WRITE_KEY }));
  expect((await post(url, 'api/ingest', {}, { cookie: writer })).status).toBe(404);
});

it('where only the key that writes is set, everybody looks, and signs in to write', async () => {
  const url = await start({ writeKey: WRITE_KEY });
  expect((await fetch(url)).status).toBe(200);
  expect(await statusOf(url, '')).toMatchObject({ role: 'view', signed_in: false });
  expect((await post(url, 'api/ingest')).status).toBe(401);
  expect(await (await fetch(`${url}/sign-in`)).text()).toContain('action="sign-in"');
  const cookie = cookieOf(await post(url, 'sign-in', { key: WRITE_KEY }));
  expect((await post(url, 'api/ingest', {}, { cookie })).status).toBe(404);
});

it('keys cannot be guessed one after the other, and whoever is signed in does not notice', async () => {
  const url = await start({ key: KEY, trustProxy: ['loopback'] });
  const cookie = cookieOf(await post(url, 'sign-in', { key: KEY }));
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const statuses = [];
  for (let n = 0; n < 12; n++) statuses.push((await post(url, 'sign-in', { key: `${n}` }, from('192.0.2.1'))).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  // by whatever way
  const bearer = { authorization: `Bearer ${KEY}`, ...from('192.0.2.1') };
  const limited = await fetch(`${url}/api/cameras`, { headers: bearer });
  expect([limited.status, Number(limited.headers.get('retry-after')) > 0]).toEqual([429, true]);
  expect((await fetch(`${url}/api/cameras`, { headers: { cookie, ...from('192.0.2.1') } })).status).toBe(200);
  expect((await post(url, 'sign-in', { key: KEY }, from('192.0.2.2'))).status).toBe(303);
});

it('takes a form of its own page alone', async () => {
  const url = await start({ key: KEY, origins: ['https://wall.example'] });
  for (const origin of ['https://evil.example', 'null'])
    expect((await post(url, 'sign-in', { key: KEY }, { origin })).status).toBe(403);
  expect((await post(url, 'sign-in', { key: 'x'.repeat(20_000) })).status).toBe(413);
});

it('every page speaks to its own host alone, and is framed by those that may', async () => {
  const url = await start({ key: KEY, origins: ['https://wall.example'] });
  const { host } = new URL(url);
  const cookie = cookieOf(await post(url, 'sign-in', { key: KEY }));
  const policyOf = async (headers: Record<string, string>) =>
    (await fetch(url, { headers })).headers.get('content-security-policy')!.split('; ');
  expect(await policyOf({ cookie })).toEqual(
    expect.arrayContaining([
      `connect-src 'self' ws://${host} wss://${host}`,
      "base-uri 'none'",
      "form-action 'self'",
      "object-src 'none'",
      "frame-ancestors 'self' https://wall.example",
    ]),
  );
  expect(await policyOf({})).toEqual(
    expect.arrayContaining(["default-src 'none'", "form-action 'self'", "base-uri 'none'"]),
  );
});
