import { waitFor } from '@framewire/runtime/process';
import { readMetric } from '@framewire/testkit';
import { expect, it } from 'vitest';
import { startBench } from './testing/bench.ts';

const json = (body: unknown, headers: Record<string, string> = {}) => ({
  method: 'PUT',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers,
});

it('adds, changes, shows and removes cameras while they run', async () => {
  const bench = await startBench();
  const { registry } = bench;
  const app = bench.app();
  const call = async (path: string, init?: RequestInit) => {
    const response = await app.request(path, init);
    const text = await response.text();
    return { status: response.status, body: text && JSON.parse(text) };
  };

  const added = await call('/cameras/door', json({ url: 'demo:' }));
  expect(added).toMatchObject({ status: 201, body: { camera_id: 'door', url: 'demo:', fps: 10 } });
  await waitFor('online', async () => (await call('/cameras/door')).body.state === 'online');
  const { source } = (await call('/cameras/door')).body;

  const same = await call('/cameras/door', json({ url: 'demo:' }));
  expect(same).toMatchObject({ status: 200, body: { source } });
  const changed = await call('/cameras/door', json({ url: 'demo:', fps: 5 }));
  expect(changed).toMatchObject({ status: 200, body: { fps: 5 } });
  expect(changed.body.source).not.toBe(source);

  const topics = { faces: {}, objects: { fps: 2, deadline_ms: 5_000 } };
  const several = await call('/cameras/door', json({ url: 'demo:', topics }));
  expect(several).toMatchObject({
    status: 200,
    body: { fps: 10, topics: { faces: { fps: 10, deadline_ms: 2_000 }, objects: { fps: 2, deadline_ms: 5_000 } } },
  });
  expect(several.body.topics.faces.source).not.toBe(several.body.topics.objects.source);

  const large = await call('/cameras/door', json({ url: 'x'.repeat(70_000) }));
  expect(large).toMatchObject({ status: 413, body: { code: 'too_large' } });

  await call('/cameras/yard', json({ url: 'http://me:secret@127.0.0.1:1/live?password=secret' }));
  const list = await call('/cameras');
  expect(list.body.cameras).toHaveLength(2);
  expect(list.body.cameras[1]).toMatchObject({ camera_id: 'yard', url: 'http://me:***@127.0.0.1:1/live?...' });
  await waitFor('the metric', () => readMetric(registry, 'camera_state', { camera_id: 'door', state: 'online' }));

  expect((await call('/cameras/door', { method: 'DELETE' })).status).toBe(204);
  expect((await call('/cameras/door')).status).toBe(404);
  expect((await call('/cameras/door', { method: 'DELETE' })).status).toBe(404);
  const states = () => bench.states.filter(({ camera_id }) => camera_id === 'door').map(({ state }) => state);
  await waitFor('the last state', () => states().at(-1) === 'removed');
  expect(states()).toEqual(expect.arrayContaining(['starting', 'online', 'removed']));
  await waitFor('why yard is offline', () => bench.states.some(({ reason }) => reason === 'connection refused'));
  expect(JSON.stringify(bench.states)).not.toContain('secret');
  await bench.stop();
});

it('refuses what is no camera, with a message', async () => {
  const bench = await startBench();
  const { cameras } = bench;
  const app = bench.app();
  const refusal = async (path: string, body: unknown) => {
    const response = await app.request(path, json(body));
    return `${response.status} ${(await response.json()).error}`;
  };
  expect(await refusal('/cameras/a%20b', { url: 'demo:' })).toBe(
    '400 a camera id is 1 to 64 letters, digits, "_" or "-"',
  );
  expect(await refusal('/cameras/a', 'no json')).toBe('400 the body is no JSON; send {"url": "rtsp://..."}');
  expect(await refusal('/cameras/a', {})).toBe('400 a camera needs a url, as text');
  expect(await refusal('/cameras/a', [])).toBe('400 a camera is an object such as {"url": "rtsp://10.0.0.4/live"}');
  expect(await refusal('/cameras/a', { url: '' })).toContain('400 a camera needs a url');
  expect(await refusal('/cameras/a', { url: 'demo:', fps: 0 })).toBe('400 fps must be above 0');
  expect(await refusal('/cameras/a', { url: 'demo:', fps: '5', deadline_ms: 1.5 })).toBe(
    '400 fps must be a number; deadline_ms must be a whole number',
  );
  expect(await refusal('/cameras/a', { url: 'demo:', colour: 1 })).toBe(
    '400 unknown field "colour"; known: url, fps, topics, loop, deadline_ms, name, paused, motion, hours, zones, lines, masks, detection',
  );
  const ofTopics = (topics: unknown, more = {}) => refusal('/cameras/a', { url: 'demo:', topics, ...more });
  expect(await ofTopics({ faces: { fps: 'fast' }, objects: { fps: 500, deadline_ms: 0 } })).toBe(
    '400 topics.faces.fps must be a number; topics.objects.fps must be at most 120; topics.objects.deadline_ms must be above 0',
  );
  expect(await ofTopics(['faces'])).toBe(
    '400 topics must be an object such as {"faces": {"fps": 10}, "objects": {"fps": 2}}',
  );
  expect(await ofTopics({ faces: 10 })).toBe('400 topics.faces must be an object such as {"fps": 2}');
  expect(await ofTopics({ faces: { rate: 1 } })).toBe(
    '400 topics.faces: unknown field "rate"; known: fps, deadline_ms',
  );
  expect(await ofTopics({ 'a b': {} })).toBe('400 topics: "a b": a topic is 1 to 64 letters, digits, "_" or "-"');
  expect(await ofTopics({})).toBe('400 topics must name at least one topic');
  expect(await ofTopics(Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`t${n}`, {}])))).toBe(
    '400 topics must name at most 8 topics',
  );
  expect(await ofTopics({ faces: {} }, { fps: 5 })).toMatch(/^400 fps and topics cannot both be given/);
  expect(await refusal('/cameras/a?fps=5', { url: 'demo:' })).toBe('400 unknown parameter "fps": there are none here');
  expect(await refusal('/cameras/constructor', { url: 'demo:' })).toMatch(/^400 this word cannot be a camera id/);
  for (const method of ['GET', 'DELETE'])
    expect((await app.request('/cameras/a?x=1', { method })).status, method).toBe(400);
  for (const url of ['concat:a|b', 'pipe:0', 'ftp://host/x', 'rtsp://', 'http://', 'rtsp://h/\n-y']) {
    expect(await refusal('/cameras/a', { url })).toMatch(/^400 url: /);
  }
  expect(cameras.list()).toEqual([]);
  await bench.stop();
});

it('wants its key where one is set', async () => {
  const bench = await startBench();
  const app = bench.app('k1');
  const status = async (path: string, authorization?: string) =>
    (await app.request(path, { headers: authorization ? { authorization } : {} })).status;
  expect(await status('/cameras')).toBe(401);
  expect(await status('/cameras', 'Bearer k2')).toBe(401);
  expect(await status('/cameras', 'Bearer k1')).toBe(200);
  expect(await status('/cameras/door', 'Bearer k1')).toBe(404);
  expect((await app.request('/cameras/door', json({ url: 'demo:' }))).status).toBe(401);
  expect(await status('/healthz')).toBe(200);
  await bench.stop();
});
