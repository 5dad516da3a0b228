import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { CHANGED_BY } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { listenOnLoopback } from '@framewire/testkit';
import type { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeFilm, startBench, type TestBench } from '../testing/bench.ts';

let bench: TestBench;
let app: Hono;
beforeAll(async () => {
  bench = await startBench();
  app = bench.app();
  bench.consume();
});
beforeEach(async () => {
  for (const { record } of bench.cameras.list()) await bench.cameras.remove(record.camera_id);
});
afterAll(() => bench.stop());

async function call(method: string, path: string, body?: unknown, by?: string) {
  const init = {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: new Headers(by ? { [CHANGED_BY]: by } : {}),
  };
  const response = await app.request(path, init);
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, body: isJson ? await response.json() : undefined };
}
const stored = async () => JSON.parse(await readFile(join(bench.folder, 'cameras.json'), 'utf8'));
const framesOf = (id: string) => bench.framesOf(id).length;

describe('a change of some fields', () => {
  it('keeps the others, and costs no frame where the source does not depend on it', async () => {
    await call('PUT', '/cameras/door', { url: 'demo:', fps: 5 });
    await waitFor('frames', () => framesOf('door') > 2);
    const { source, since } = bench.stateOf('door')!;
    const zones = [
      {
        name: 'step',
        points: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      },
    ];
    const settings = {
      name: 'Tür zum Hof',
      zones,
      hours: [{ from: '08:00', to: '18:00' }],
      detection: { min_score: 0.7 },
    };
    expect(await call('PATCH', '/cameras/door', settings)).toMatchObject({
      status: 200,
      body: { ...settings, fps: 5 },
    });
    expect(bench.stateOf('door')).toMatchObject({ source, since, settings });
    await waitFor('its record', () => bench.states.some((record) => record.settings?.name === 'Tür zum Hof'));
    expect(await stored()).toMatchObject({ cameras: { door: { ...settings, url: 'demo:', fps: 5 } } });

    const without = await call('PATCH', '/cameras/door', { zones: null, name: null });
    expect([without.body.zones, without.body.name, without.body.detection]).toEqual([
      undefined,
      undefined,
      { min_score: 0.7 },
    ]);
    expect(bench.stateOf('door')).toMatchObject({ source });
    expect((await call('PATCH', '/cameras/door', { topics: { faces: { fps: 2 } } })).body.topics.faces.fps).toBe(2);
    expect(bench.stateOf('door')!.source).not.toBe(source);
  });

  it('is refused where it is none, or there is no such camera', async () => {
    await call('PUT', '/cameras/door', { url: 'demo:' });
    expect(await call('PATCH', '/cameras/hall', { fps: 5 })).toMatchObject({
      status: 404,
      body: { code: 'no_such_camera' },
    });
    expect(await call('PATCH', '/cameras/door', { colour: 1 })).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^unknown field "colour"; known: url, fps, topics/) },
    });
    expect(await call('PATCH', '/cameras/door', [])).toMatchObject({ status: 400 });
    expect(await call('PATCH', '/cameras/door', { url: null })).toMatchObject({ status: 400 });
    expect(await call('PATCH', '/cameras/door', { fps: 0 })).toMatchObject({ body: { error: 'fps must be above 0' } });
    expect((await stored()).cameras.door).toMatchObject({ url: 'demo:', fps: 10 });
  });

  it('pauses a camera, and lets it go on', async () => {
    const film = join(bench.folder, 'film.mp4');
    await makeFilm(film, 2);
    await call('PUT', '/cameras/film', { url: film });
    await waitFor('frames', () => framesOf('film') > 2);
    expect((await call('PATCH', '/cameras/film', { paused: true })).body).toMatchObject({
      state: 'paused',
      paused: true,
    });
    const before = framesOf('film');
    await waitFor('its state', () => bench.states.at(-1)?.state === 'paused');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(framesOf('film') - before).toBeLessThanOrEqual(1); // what was on its way
    expect((await call('PATCH', '/cameras/film', { name: 'A film' })).body.state).toBe('paused');
    await call('PATCH', '/cameras/film', { paused: false });
    await waitFor('frames again', () => framesOf('film') > before + 2);
  });

  it('keeps a password that is not sent, for the same host and user alone', async () => {
    await call('PUT', '/cameras/door', { url: 'http://me:hunter2@127.0.0.1:1/live' });
    const url = async () => (await stored()).cameras.door.url;
    const shown = await call('GET', '/cameras/door');
    expect(shown.body.url).toBe('http://me:***@127.0.0.1:1/live');
    await call('PATCH', '/cameras/door', { fps: 5 });
    expect(await url()).toBe('http://me:hunter2@127.0.0.1:1/live');
    await call('PUT', '/cameras/door', { url: 'http://me:***@127.0.0.1:1/other' });
    expect(await url()).toBe('http://me:hunter2@127.0.0.1:1/other');
    const moved = await call('PATCH', '/cameras/door', { url: 'http://me:***@127.0.0.2:1/live' });
    expect(moved).toMatchObject({ status: 400, body: { error: expect.stringMatching(/^url: .*same host and user/) } });
    await call('PATCH', '/cameras/door', { url: 'http://me@127.0.0.2:1/live' });
    expect(await url()).toBe('http://me@127.0.0.2:1/live');
    expect(JSON.stringify([await call('GET', '/cameras'), shown])).not.toContain('hunter2');
  });
});

describe('another id', () => {
  it('keeps the settings, and its records say which ids it had', async () => {
    await call('PUT', '/cameras/door', { url: 'demo:', name: 'Door' });
    const renamed = await call('POST', '/cameras/door/rename', { to: 'porch' });
    expect(renamed).toMatchObject({ status: 200, body: { camera_id: 'porch', url: 'demo:', name: 'Door' } });
    expect(renamed.body.formerly).toEqual([{ camera_id: 'door', until: expect.any(Number) }]);
    expect((await call('GET', '/cameras/door')).status).toBe(404);
    await waitFor('the end of the old one', () =>
      bench.states.some(
        ({ camera_id, state, renamed_to }) => camera_id === 'door' && state === 'removed' && renamed_to === 'porch',
      ),
    );
    await call('POST', '/cameras/porch/rename', { to: 'gate' });
    expect((await stored()).formerly.gate.map(({ camera_id }: { camera_id: string }) => camera_id)).toEqual([
      'door',
      'porch',
    ]);
  });

  it('is refused where it is taken or none', async () => {
    await call('PUT', '/cameras/door', { url: 'demo:' });
    await call('PUT', '/cameras/hall', { url: 'demo:' });
    const to = async (id: string, body: unknown) => {
      const { status, body: answer } = await call('POST', `/cameras/${id}/rename`, body);
      return [status, answer.code];
    };
    expect(await to('door', { to: 'hall' })).toEqual([409, 'id_taken']);
    expect(await to('door', { to: 'door' })).toEqual([409, 'id_taken']);
    expect(await to('none', { to: 'porch' })).toEqual([404, 'no_such_camera']);
    expect(await to('door', { to: 'a b' })).toEqual([400, 'bad_spec']);
    expect(await to('door', {})).toEqual([400, 'bad_spec']);
  });
});

it('says of each change who did what', async () => {
  const said = () => bench.changes.filter(({ camera_id }) => ['east', 'west'].includes(camera_id));
  await call('PUT', '/cameras/east', { url: 'demo:' }, 'write session from 10.0.0.4');
  await call('PATCH', '/cameras/east', { fps: 5, name: 'Door' });
  await call('PATCH', '/cameras/east', { fps: 5 });
  await call('PATCH', '/cameras/east', { paused: true });
  await call('PATCH', '/cameras/east', { paused: null });
  await call('POST', '/cameras/east/rename', { to: 'west' });
  await call('DELETE', '/cameras/west', undefined, 'write key from 10.0.0.5');
  await waitFor('all', () => said().length === 6);
  expect(said()).toMatchObject([
    { camera_id: 'east', action: 'added', by: 'write session from 10.0.0.4' },
    { camera_id: 'east', action: 'changed', by: 'the API', fields: ['fps', 'name'], name: 'Door' },
    { camera_id: 'east', action: 'paused' },
    { camera_id: 'east', action: 'resumed' },
    { camera_id: 'east', action: 'renamed', to: 'west' },
    { camera_id: 'west', action: 'removed', by: 'write key from 10.0.0.5', name: 'Door' },
  ]);
});

describe('the test of an address', () => {
  const test = async (body: unknown) => {
    const response = await app.request('/cameras/test', { method: 'POST', body: JSON.stringify(body) });
    const isPicture = response.headers.get('content-type') === 'image/jpeg';
    return isPicture
      ? (await response.bytes()).subarray(0, 2)
      : { status: response.status, ...(await response.json()) };
  };
  const JPEG = new Uint8Array([0xff, 0xd8]);

  it('is a picture, of whatever kind the address is', async () => {
    const film = join(bench.folder, 'tested.mp4');
    await makeFilm(film, 1);
    expect(await test({ url: 'demo:' })).toEqual(JPEG);
    expect(await test({ url: film })).toEqual(JPEG);
    expect(bench.cameras.list()).toEqual([]);
  });

  it('is the reason where none comes, without a secret', async () => {
    const server = createServer((request, response) => {
      response.writeHead(request.headers.authorization ? 404 : 401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    const port = await listenOnLoopback(server);
    const codes = [
      [{ url: 'http://me:hunter2@127.0.0.1:1/live?token=hunter2' }, 422, 'no_frame', /refused/],
      [{ url: `http://127.0.0.1:${port}/live` }, 422, 'no_frame', /password/],
      [{ url: 'rtsp://me:hunter2@127.0.0.1:1/live' }, 422, 'no_frame', /refused/],
      [{ url: '/dev/video77' }, 422, 'no_frame', /device/],
      [{ url: '/etc/passwd' }, 400, 'bad_spec', /^url: .*MEDIA_FOLDERS/],
      [{ url: 'gopher://hunter2/' }, 400, 'bad_spec', /^url: /],
      [{ url: 'http://me:***@127.0.0.1:1/' }, 400, 'bad_spec', /^url: /],
      [{}, 400, 'bad_spec', /a camera needs a url/],
    ] as const;
    for (const [body, status, code, error] of codes) {
      const answer = await test(body);
      expect(answer).toMatchObject({ status, code, error: expect.stringMatching(error) });
      expect(JSON.stringify(answer)).not.toContain('hunter2');
    }
    server.close();
  });

  it('knows the password of a camera whose masked address it gets', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    const port = await listenOnLoopback(server);
    await call('PUT', '/cameras/door', { url: `http://me:hunter2@127.0.0.1:${port}/live`, paused: true });
    await test({ url: `http://me:***@127.0.0.1:${port}/other`, camera_id: 'door' });
    expect(asked).toContain(`Basic ${btoa('me:hunter2')}`);
    server.close();
  });

  it('is one of four at once', async () => {
    const server = createServer(() => {});
    const port = await listenOnLoopback(server);
    const leaving = new AbortController();
    const slow = Array.from({ length: 4 }, () =>
      app.request('/cameras/test', {
        method: 'POST',
        body: JSON.stringify({ url: `http://127.0.0.1:${port}/` }),
        signal: leaving.signal,
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await test({ url: 'demo:' })).toMatchObject({ status: 429, code: 'busy' });
    leaving.abort();
    await Promise.allSettled(slow);
    await waitFor('room', async () => (await test({ url: 'demo:' })) instanceof Uint8Array);
    server.closeAllConnections();
    server.close();
  });
});
