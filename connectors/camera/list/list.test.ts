import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { waitFor } from '@framewire/runtime/process';
import { buildProgram, createTestVhost, type TestProgram, type TestVhost } from '@framewire/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../testing/bench.ts';
import { type Connector, startConnector } from '../testing/process.ts';

let built: TestProgram;
let vhost: TestVhost;
let data: string;
let connector: Connector | undefined;

beforeAll(async () => {
  [built, vhost] = await Promise.all([buildProgram({ part: 'connectors/camera' }), createTestVhost()]);
});
beforeEach(async () => {
  data = await makeFolder();
});
afterEach(async () => {
  await connector?.end('SIGKILL');
  connector = undefined;
  await rm(data, { recursive: true });
});
afterAll(async () => {
  await vhost.drop();
  built.remove();
});

const file = () => join(data, 'cameras.json');
const start = (env: Record<string, string> = {}) => {
  connector = startConnector(built.file, { AMQP_URL: vhost.amqp, DATA: data, ...env });
  return connector;
};
const put = (origin: string, id: string, spec: object) =>
  fetch(`${origin}/cameras/${id}`, { method: 'PUT', body: JSON.stringify(spec) });
const stored = async () => JSON.parse(await readFile(file(), 'utf8')).cameras as Record<string, { url: string }>;
const answer = async (response: Response) => ({ status: response.status, body: await response.json() });

describe('the list of cameras', () => {
  it('is whole after a connector that was killed while it started', async () => {
    // nobody answers there: each is opened again and again, without a process of its own
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [`c${n}`, { url: `http://127.0.0.1:1/${n}` }]),
    );
    const text = JSON.stringify({ cameras: many });
    await writeFile(file(), text);
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGTERM'] as const) {
      const { origin, end, said } = start();
      const started = origin.then(() => pause(Math.random() * 400));
      await waitFor(
        'a moment of its start',
        async () => (await settled(started)) || (await readFile(file(), 'utf8')) !== text,
        { every: 5 },
      );
      await end(signal);
      expect(await readFile(file(), 'utf8'), said()).toBe(text);
    }
    const { origin } = start();
    await waitFor('all of them', async () => {
      const { cameras } = await (await fetch(`${await origin}/cameras`)).json();
      return cameras.length === 200;
    });
  }, 120_000);

  it('has each of many that were put at once, on disk when it is answered', async () => {
    const { origin, end } = start();
    const at = await origin;
    const ids = Array.from({ length: 25 }, (_, n) => `c${n}`);
    const missing: string[] = [];
    await Promise.all(
      ids.map(async (id) => {
        const { status } = await put(at, id, { url: 'http://127.0.0.1:1/' });
        if (status !== 201 || !(await stored())[id]) missing.push(`${id} ${status}`);
      }),
    );
    await end('SIGKILL');
    expect(missing).toEqual([]);
    expect(Object.keys(await stored()).sort()).toEqual(ids.sort());
    expect((await readdir(data)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('takes topics from a setting that names them, and keeps what else was put', async () => {
    const { origin, end } = start();
    await put(await origin, 'door', { url: 'demo:', fps: 5, deadline_ms: 900 });
    await end('SIGTERM');
    const again = start({ CAMERAS: 'door:faces@5+objects@2=demo:' });
    const shown = async (at: string) => (await fetch(`${at}/cameras/door`)).json();
    const at = await again.origin;
    const topics = { faces: { fps: 5 }, objects: { fps: 2 } };
    await waitFor(
      'the topics',
      async () => expect(await shown(at)).toMatchObject({ topics, deadline_ms: 900 }) ?? true,
    );
    expect((await stored()).door).toMatchObject({ topics, deadline_ms: 900 });
    await put(at, 'door', { url: 'demo:', topics: { faces: { fps: 3 } } });
    await again.end('SIGTERM');
    const last = start({ CAMERAS: 'door=demo:' });
    const put3 = { topics: { faces: { fps: 3 } } };
    await waitFor('what was put', async () => expect(await shown(await last.origin)).toMatchObject(put3) ?? true);
  }, 60_000);

  it('keeps what is no camera as it is, names it, and runs the others', async () => {
    const good = { url: 'demo:' };
    const list = `{"cameras": {"good": ${JSON.stringify(good)}, "a b": {"url": "demo:"}, "__proto__": {"url": "demo:"},
      "gopher": {"url": "gopher://me:secret@h/"}, "odd": {"url": "demo:", "colour": 1, "fps": 0}, "none": null}}`;
    await writeFile(file(), list);
    const { origin, said } = start();
    const at = await origin;
    const shown = await waitFor('the good one', async () => {
      const all = await (await fetch(`${at}/cameras`)).json();
      return all.cameras.length === 1 && all;
    });
    expect(shown.refused.map(({ camera_id }: { camera_id: string }) => camera_id)).toEqual([
      ...['a b', '__proto__', 'gopher', 'odd', 'none'],
    ]);
    const reasons = JSON.stringify(shown.refused);
    for (const message of ['1 to 64 letters', 'every object in JavaScript', 'gopher', 'colour', 'fps must be above 0'])
      expect(reasons).toContain(message);
    const ready = await waitFor('ready', async () => {
      const response = await fetch(`${at}/readyz`);
      return response.ok && response.text();
    });
    expect(ready).toContain('camera "a b" is refused');
    await waitFor('the log', () => said().includes('an entry of') && said().includes('"a b"'));
    expect(said() + reasons + ready).not.toContain('secret');

    expect((await put(at, 'more', good)).status).toBe(201);
    expect((await put(at, 'odd', good)).status).toBe(201);
    expect((await fetch(`${at}/cameras/none`, { method: 'DELETE' })).status).toBe(204);
    const now = JSON.parse(await readFile(file(), 'utf8')).cameras;
    expect(Object.keys(now)).toEqual(['good', 'a b', '__proto__', 'gopher', 'odd', 'more']);
    expect(now.gopher).toEqual({ url: 'gopher://me:secret@h/' });
    expect(now.odd.url).toBe('demo:');
  });

  it.each([
    ['', /is not JSON \(0 bytes\)/],
    ['{"cameras": {"a": {"url": "rtsp://me:sec', /is not JSON/],
    ['[]', /is not of the form/],
  ])('that is none (%j) is left alone and read again, and what is named runs meanwhile', async (text, message) => {
    await writeFile(file(), text);
    const { origin, said } = start({ CAMERAS: 'named=demo:' });
    const at = await origin;
    await waitFor('the named one', async () => (await (await fetch(`${at}/cameras/named`)).json()).state === 'online');
    const refused = await answer(await put(at, 'door', { url: 'demo:' }));
    expect(refused).toMatchObject({
      status: 503,
      body: { code: 'list_unreadable', error: expect.stringMatching(message) },
    });
    expect(refused.body.error).toContain(file());
    expect((await (await fetch(`${at}/cameras`)).json()).problem).toMatch(message);
    expect(said()).not.toContain('sec');
    expect(await readFile(file(), 'utf8')).toBe(text);

    await writeFile(file(), '{"cameras": {"old": {"url": "demo:", "fps": 3}}}');
    await waitFor('the old one', async () => (await fetch(`${at}/cameras/old`)).ok);
    expect((await put(at, 'door', { url: 'demo:' })).status).toBe(201);
    expect(Object.keys(await stored())).toEqual(['old', 'named', 'door']);
  });

  it('that cannot be written is not changed, and neither is what runs', async (context) => {
    const disk = join(data, 'disk');
    await mkdir(disk);
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    } catch {
      return context.skip('file systems cannot be mounted here');
    }
    try {
      const { origin, said } = start({ DATA: disk });
      const at = await origin;
      expect((await put(at, 'door', { url: 'demo:' })).status).toBe(201);
      await writeFile(join(disk, 'filling'), Buffer.alloc(64 * 1024)).catch(() => {});
      const before = await readFile(join(disk, 'cameras.json'), 'utf8');

      const added = await answer(await put(at, 'yard', { url: 'demo:' }));
      expect(added).toMatchObject({ status: 507, body: { code: 'not_saved' } });
      expect(added.body.error).toMatch(/no space left at .*cameras\.json/);
      expect((await fetch(`${at}/cameras/yard`)).status).toBe(404);
      expect((await put(at, 'door', { url: 'demo:', fps: 1 })).status).toBe(507);
      expect((await fetch(`${at}/cameras/door`, { method: 'DELETE' })).status).toBe(507);
      expect(await (await fetch(`${at}/cameras/door`)).json()).toMatchObject({ fps: 10 });
      expect(await readFile(join(disk, 'cameras.json'), 'utf8')).toBe(before);
      expect((await readdir(disk)).sort()).toEqual(['cameras.json', 'filling']);
      expect(said()).not.toContain('a request failed');

      await rm(join(disk, 'filling'));
      expect((await put(at, 'yard', { url: 'demo:' })).status).toBe(201);
      expect((await fetch(`${at}/cameras/door`, { method: 'DELETE' })).status).toBe(204);
    } finally {
      await connector!.end('SIGKILL');
      await run('umount', ['-l', disk]);
    }
  });
});

/** Whether it has resolved by now. */
const settled = (work: Promise<unknown>) => Promise.race([work.then(() => true), pause(5).then(() => false)]);
const run = promisify(execFile);
