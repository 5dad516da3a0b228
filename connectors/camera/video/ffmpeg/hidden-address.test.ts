import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { listenOnLoopback } from '@framewire/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMjpegServer } from '../../../../testkit/cameras/mjpeg-server.ts';
import { startRtspServer } from '../../../../testkit/cameras/rtsp-server.ts';
import { makeFilm, record, startBench, type TestBench } from '../../testing/bench.ts';

let bench: TestBench;
beforeAll(async () => {
  bench = await startBench();
  bench.consume();
});
afterAll(() => bench.stop());

const SECRET = `hunter2-${process.pid}`;
/** A password with everything that means something elsewhere, and how it may be written in an address. */
const PASSWORD = `${SECRET}%s'[x] "&=:#/?@\\`;
const WRITTEN = `${SECRET}%s'[x] "&=:%23%2F%3F%40%5C`;

/** Puts it, waits for frames, and looks at the arguments of every process meanwhile. */
async function expectHidden(id: string, url: string): Promise<void> {
  const seen: string[] = [];
  let looking = true;
  const looks = (async () => {
    while (looking) seen.push(...(await commandLines()).filter((line) => line.includes(SECRET)));
  })();
  await bench.put(id, { url, fps: 10 });
  await waitFor(`frames of ${id}`, () => bench.framesOf(id).length > 3, {
    timeout: 25_000,
  });
  looking = false;
  await looks;
  expect(seen).toEqual([]);
  expect(JSON.stringify([bench.states, bench.stateOf(id)])).not.toContain(SECRET);
  await bench.cameras.remove(id);
}

async function commandLines(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
}

it('the password of an RTSP camera stands in no process list', async () => {
  const server = await startRtspServer({ login: `me:${PASSWORD}` });
  const camera = record(server.url('door'));
  await expectHidden(
    'rtsp',
    server.url('door').replace('//', () => `//me:${WRITTEN}@`),
  );
  await camera.stop();
  await server.close();
});

it('the password of an HTTP camera neither, in whatever part of its address', async () => {
  const jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
  const camera = await startMjpegServer({ frames: [jpeg], login: `me:${PASSWORD}` });
  await expectHidden(
    'mjpeg',
    camera.url.replace('//', () => `//me:${WRITTEN}@`),
  );
  await camera.close();

  // a video, which ffmpeg asks for by itself
  const film = join(bench.folder, 'film.ts');
  await makeFilm(film, 3);
  const bytes = await readFile(film);
  const server = createServer((request, response) => {
    if (!request.url!.includes(`pwd=${SECRET}`)) response.writeHead(401);
    response.end(request.url!.includes(`pwd=${SECRET}`) ? bytes : undefined);
  });
  const port = await listenOnLoopback(server);
  await expectHidden('video', `http://127.0.0.1:${port}/it's?pwd=${SECRET}`);
  server.close();
});
