import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { judgeJpeg } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { listenOnLoopback } from '@framewire/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMjpegServer } from '../../../testkit/cameras/mjpeg-server.ts';
import { startRtspServer } from '../../../testkit/cameras/rtsp-server.ts';
import { makeFilm, record, startBench, type TestBench } from '../testing/bench.ts';

let bench: TestBench;
beforeAll(async () => {
  bench = await startBench();
  bench.consume();
});
afterAll(() => bench.stop());

const isState = (id: string, state: string) =>
  waitFor(`${id} ${state}`, () => bench.stateOf(id)?.state === state, { timeout: 25_000 });
/** A camera's frames from now on. */
async function moreFrames(id: string, count: number): Promise<void> {
  const before = bench.framesOf(id).length;
  await waitFor(`${count} more frames of ${id}`, () => bench.framesOf(id).length >= before + count, {
    timeout: 25_000,
  });
}

describe('a file', () => {
  it('is played once to its end', async () => {
    await makeFilm(join(bench.folder, 'once.mp4'), 1);
    await bench.put('once', { url: join(bench.folder, 'once.mp4'), loop: false, fps: 25 });
    await isState('once', 'ended');
    await waitFor('each of its frames', () => numbersOf('once').length === 25);
    expect(judgeJpeg(bench.framesOf('once')[0]!.jpeg)).toMatchObject({ width: 320, height: 240 });
  });

  it('is played again and again, at its own speed and no more frames than asked for', async () => {
    await makeFilm(join(bench.folder, 'again.mp4'), 1);
    await bench.put('again', { url: join(bench.folder, 'again.mp4'), fps: 5 });
    await waitFor('more frames than one round has', () => bench.framesOf('again').length >= 9);
    const first = bench.framesOf('again')[0]!.captured_at;
    const seconds = (bench.framesOf('again').at(-1)!.captured_at - first) / 1000;
    expect(bench.framesOf('again').length / seconds).toBeLessThan(7);
    expect(bench.stateOf('again')).toMatchObject({ state: 'online', restarts: 0 });
    await bench.cameras.remove('again');
  });

  it('that is not there is said to be so, and found when it comes', async () => {
    const path = join(bench.folder, 'late.mp4');
    await bench.put('late', { url: `file://${path}` });
    await isState('late', 'offline');
    expect(bench.stateOf('late')?.reason).toBe('no such file');
    await makeFilm(path, 1);
    await isState('late', 'online');
    await bench.cameras.remove('late');
  });

  it('that is no video is said to be none', async () => {
    await bench.put('text', { url: import.meta.filename });
    await isState('text', 'offline');
    expect(bench.stateOf('text')?.reason).toBe('not a video that ffmpeg can read');
    await bench.cameras.remove('text');
  });
});

describe('an HTTP camera', () => {
  const draw = (background: string) =>
    sharp({ create: { width: 64, height: 48, channels: 3, background } })
      .jpeg()
      .toBuffer();

  it('is pulled, put back and pulled for good, and its frames are passed on as they are', async () => {
    const frames = [await draw('red'), await draw('blue')];
    let server = await startMjpegServer({ frames });
    await bench.put('http', { url: server.url, fps: 25 });
    await bench.put('other', { url: 'demo:', fps: 10 });
    await moreFrames('http', 5);
    expect(
      Buffer.from(bench.framesOf('http')[0]!.jpeg).equals(frames[0]!) ||
        Buffer.from(bench.framesOf('http')[0]!.jpeg).equals(frames[1]!),
    ).toBe(true);

    await server.close();
    await isState('http', 'offline');
    await waitFor('the reason', () => bench.stateOf('http')?.reason === 'connection refused');
    await moreFrames('other', 5); // undisturbed
    server = await startMjpegServer({ frames, port: server.port });
    await isState('http', 'online');
    await moreFrames('http', 5);
    await server.close();
    await isState('http', 'offline');
    await moreFrames('other', 5);
    await bench.cameras.remove('http');
    expect(bench.stateOf('other')).toMatchObject({ state: 'online', restarts: 0 });
    await bench.cameras.remove('other');
    expectAllCounted('http');
    expectAllCounted('other');
  });

  it('that hangs is opened again', async () => {
    const server = await startMjpegServer({ frames: [await draw('red')] });
    await bench.put('hanging', { url: server.url });
    await moreFrames('hanging', 3);
    server.freeze(true);
    await isState('hanging', 'offline');
    expect(bench.stateOf('hanging')).toMatchObject({ reason: 'no frames for 5 s', reason_code: 'no_frames' });
    server.freeze(false);
    await isState('hanging', 'online');
    await bench.cameras.remove('hanging');
    await waitFor('nobody watching', () => server.viewers === 0);
    await server.close();
  });

  it('that sends another format is encoded', async () => {
    const film = join(bench.folder, 'film.ts');
    await makeFilm(film, 3);
    const server = createServer((_, response) => createReadStream(film).pipe(response));
    const port = await listenOnLoopback(server);
    await bench.put('other-format', { url: `http://127.0.0.1:${port}/film` });
    await waitFor('a frame', () => bench.framesOf('other-format').length > 0);
    expect(judgeJpeg(bench.framesOf('other-format')[0]!.jpeg)).toMatchObject({ width: 320, height: 240 });
    await waitFor('its end', () => bench.stateOf('other-format')?.reason === 'the stream ended');
    await bench.cameras.remove('other-format');
    server.close();
  });

  it('says that it wants a password, and shows the right one to nobody', async () => {
    const server = await startMjpegServer({ frames: [await draw('red')], login: 'me:se@cret' });
    await bench.put('locked', { url: server.url });
    await isState('locked', 'offline');
    expect(bench.stateOf('locked')?.reason).toBe('the camera wants another user or password (401)');
    await bench.put('locked', { url: server.url.replace('//', '//me:se%40cret@') });
    await isState('locked', 'online');
    expect(bench.stateOf('locked')?.url).toBe(server.url);
    await bench.cameras.remove('locked');
    await server.close();
  });
});

describe('an RTSP camera', () => {
  it('is pulled, put back and pulled for good', async () => {
    let server = await startRtspServer({ login: 'me:secret' });
    let camera = record(server.url('door'));
    const url = server.url('door').replace('//', '//me:secret@');
    await bench.put('rtsp', { url, fps: 10 });
    await isState('rtsp', 'online');
    await moreFrames('rtsp', 10);
    expect(judgeJpeg(bench.framesOf('rtsp')[0]!.jpeg)).toMatchObject({ width: 320, height: 240 });
    expect(bench.stateOf('rtsp')?.url).toBe(server.url('door'));

    await server.close();
    await camera.stop();
    await isState('rtsp', 'offline');
    expect(bench.stateOf('rtsp')?.reason).not.toContain('secret');
    server = await startRtspServer({ port: server.port });
    camera = record(server.url('door'));
    await isState('rtsp', 'online');
    await moreFrames('rtsp', 5);

    server.freeze(true);
    await isState('rtsp', 'offline');
    expect(bench.stateOf('rtsp')?.reason).toBe('no frames for 5 s');
    await bench.cameras.remove('rtsp');
    expect(server.players('door')).toBe(0);
    await camera.stop();
    await server.close();
    expectAllCounted('rtsp');
  }, 60_000);

  it('that is none, or closes the connection, is said to be so', async () => {
    const server = createTcpServer((socket) => socket.end());
    await bench.put('none', { url: `rtsp://127.0.0.1:${await listenOnLoopback(server)}/door` });
    await isState('none', 'offline');
    expect(bench.stateOf('none')?.reason).toBe('what answers there is no RTSP camera, or it closed the connection');
    await bench.cameras.remove('none');
    server.close();
  });
});

/** The numbers that are accounted for: published, or reported as shed. */
function numbersOf(id: string): number[] {
  const records = [...bench.framesOf(id), ...bench.results.filter((record) => record.camera_id === id)];
  return records.flatMap(({ seq, shed = [] }) => [
    seq!,
    ...shed.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)),
  ]);
}

/** Each number from the first to the last once. */
function expectAllCounted(id: string): void {
  const numbers = numbersOf(id).sort((a, b) => a - b);
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
}
