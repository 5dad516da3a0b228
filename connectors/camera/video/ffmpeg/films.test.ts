import { execFile } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { countShed, judgeJpeg } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { listenOnLoopback } from '@framewire/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeFilm, startBench, type TestBench } from '../../testing/bench.ts';

vi.setConfig({ testTimeout: 90_000 });

let bench: TestBench;
let server: Server;
let origin: string;
const film = (name: string) => join(bench.folder, name);
const ffmpeg = (...args: string[]) => promisify(execFile)('ffmpeg', ['-loglevel', 'error', '-y', ...args]);

beforeAll(async () => {
  bench = await startBench();
  await makeFilm(film('film.mp4'), 4);
  await makeFilm(film('wide.ts'), 1);
  bench.consume();
  // a plain server of files, without ranges
  server = createServer((request, response) => {
    readFile(film(basename(decodeURIComponent(request.url!))))
      .then((body) => response.writeHead(200, { 'content-length': body.length }).end(body))
      .catch(() => response.writeHead(404).end());
  });
  const port = await listenOnLoopback(server);
  origin = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await bench.stop();
  server.close();
});

const sizesOf = (id: string) =>
  new Set(
    bench
      .framesOf(id)
      .map(({ jpeg }) => judgeJpeg(jpeg))
      .map((h) => `${h.width}x${h.height}`),
  );
async function expectFrames(id: string, count: number): Promise<void> {
  await waitFor(`${count} frames of ${id}`, () => bench.framesOf(id).length >= count, { timeout: 60_000 });
  expect(bench.stateOf(id)).toMatchObject({ state: 'online', restarts: 0 });
}
/** Frames a second that it gave, those that were shed with them. */
function rateOf(id: string): number {
  const frames = bench.framesOf(id);
  const numbered = frames.length + frames.slice(1).reduce((sum, { shed }) => sum + countShed(shed), 0);
  return ((numbered - 1) * 1000) / (frames.at(-1)!.captured_at - frames[0]!.captured_at);
}

describe('a file with a picture', () => {
  it.each(['still.jpg', 'still.png', 'shot-%03d.jpg'])('%s stands still', async (name) => {
    await ffmpeg('-i', film('film.mp4'), '-frames:v', '1', film(`still${name.slice(-4)}`));
    if (name.includes('%')) await copyFile(film('still.jpg'), film(name));
    await bench.put('still', { url: film(name), fps: 20 });
    const before = bench.framesOf('still').length;
    await expectFrames('still', before + 25);
    await bench.cameras.remove('still');
  });

  it('that is empty is said to be empty', async () => {
    await writeFile(film('empty.mp4'), '');
    await bench.put('empty', { url: film('empty.mp4') });
    await waitFor('offline', () => bench.stateOf('empty')?.reason === 'the file is empty');
    await bench.cameras.remove('empty');
  });
});

describe('a film', () => {
  it('is shown in each of its sizes, none squeezed into another', async () => {
    await ffmpeg('-i', film('wide.ts'), '-vf', 'scale=160:240', film('high.ts'));
    await writeFile(
      film('sizes.ts'),
      Buffer.concat([await readFile(film('wide.ts')), await readFile(film('high.ts'))]),
    );
    await bench.put('sizes', { url: film('sizes.ts'), fps: 25 });
    await waitFor('both sizes', () => sizesOf('sizes').size >= 2, { timeout: 60_000 });
    await expectFrames('sizes', bench.framesOf('sizes').length + 50);
    expect(sizesOf('sizes')).toEqual(new Set(['320x240', '160x240']));
    await bench.cameras.remove('sizes');
  });

  it('whose time goes back loses no frame by it', async () => {
    const piece = await readFile(film('wide.ts'));
    await writeFile(film('back.ts'), Buffer.concat([piece, piece, piece]));
    await bench.put('back', { url: film('back.ts'), fps: 100, loop: false });
    await waitFor('its end', () => bench.stateOf('back')?.state === 'ended', { timeout: 60_000 });
    const numbered = () => bench.framesOf('back').reduce((sum, { shed }) => sum + 1 + countShed(shed), 0);
    await waitFor('each frame', () => numbered() >= 70);
    await bench.cameras.remove('back');

    await writeFile(film('back.ts'), Buffer.concat([piece, ...Array.from({ length: 7 }, () => piece)]));
    await bench.put('back', { url: film('back.ts'), fps: 5 });
    const before = bench.framesOf('back').length;
    await expectFrames('back', before + 50); // more than once
    await bench.cameras.remove('back');
  });
});

describe('a recording over HTTP', () => {
  it('is played at its own speed, again and again', async () => {
    await ffmpeg('-i', film('film.mp4'), '-c', 'copy', '-movflags', '+faststart', film('fast.mp4'));
    await bench.put('recording', { url: `${origin}/fast.mp4`, fps: 25 });
    await expectFrames('recording', 130); // more than it has
    expect(rateOf('recording')).toBeLessThan(35);
    await bench.cameras.remove('recording');
  });

  it('of HLS too', async () => {
    await ffmpeg(
      ...['-i', film('film.mp4'), '-c', 'copy', '-hls_time', '1', '-hls_playlist_type', 'vod'],
      film('vod.m3u8'),
    );
    await bench.put('hls', { url: `${origin}/vod.m3u8`, fps: 25 });
    await expectFrames('hls', 130); // again and again too
    expect(rateOf('hls')).toBeLessThan(35);
    await bench.cameras.remove('hls');
  });

  it('that is not to be played again ends', async () => {
    await bench.put('ends', { url: `${origin}/wide.ts`, fps: 25, loop: false });
    await waitFor('its end', () => bench.stateOf('ends')?.state === 'ended', { timeout: 60_000 });
    await bench.cameras.remove('ends');
  });
});
