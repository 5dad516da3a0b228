/** Films as people have them: each is played at its own pace, in its own sizes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { listenOnLoopback } from '../../testkit/system/loopback.ts';
import { cameraCase, type Watched } from './camera-case.ts';

const system = inject('system');
let folder: string;
let server: Server;
let port: number;
const film = (name: string) => join(folder, name);

async function ffmpeg(...args: string[]): Promise<void> {
  const child = spawn('ffmpeg', ['-loglevel', 'error', '-nostdin', '-y', ...args], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${args.join(' ')}`);
}

beforeAll(async () => {
  const media = join(system.data, 'media');
  mkdirSync(media, { recursive: true });
  folder = mkdtempSync(join(media, 'cases-'));
  const h264 = ['-an', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
  const plain = film('plain.mp4');
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=640x480:rate=25', '-t', '6', ...h264, plain);
  await ffmpeg('-i', plain, '-c', 'copy', '-metadata:s:v', 'rotate=90', film('rotated.mp4'));
  const select = "select='lt(mod(n,50),10)+eq(mod(n,10),0)'";
  await ffmpeg('-i', plain, '-vf', select, '-vsync', 'vfr', ...h264, film('variable-rate.mp4'));
  await ffmpeg('-i', plain, '-t', '3', '-vf', 'scale=720:576,setsar=16/11', ...h264, film('anamorphic.mp4'));
  await ffmpeg('-f', 'lavfi', '-i', 'sine=duration=3', film('sound.mp3'));
  await ffmpeg('-i', plain, '-frames:v', '1', film('still.jpg'));
  await ffmpeg('-i', plain, '-c', 'copy', '-movflags', '+faststart', film('fast.mp4'));
  writeFileSync(film('cut.mp4'), readFileSync(film('fast.mp4')).subarray(0, 150_000));
  writeFileSync(film('no-index.mp4'), readFileSync(plain).subarray(0, 60_000));
  writeFileSync(film('empty.mp4'), '');
  copyFileSync(film('still.jpg'), film('shot-%03d.jpg'));
  copyFileSync(plain, film('100% ümlaut #1 ?.mp4'));
  const annexB = ['-c', 'copy', '-bsf:v', 'h264_mp4toannexb', '-f', 'mpegts'];
  await ffmpeg('-i', plain, '-t', '3', ...annexB, film('a.ts'));
  await ffmpeg('-i', plain, '-t', '2', '-vf', 'scale=320:480', ...h264, '-f', 'mpegts', film('b.ts'));
  const join2 = (...names: string[]) => Buffer.concat(names.map((name) => readFileSync(film(name))));
  writeFileSync(film('time-goes-back.ts'), join2('a.ts', 'a.ts', 'a.ts'));
  writeFileSync(film('size-changes.ts'), join2('a.ts', 'b.ts'));
  mkdirSync(film('hls'));
  const hls = ['-c', 'copy', '-hls_time', '6', '-hls_playlist_type', 'vod'];
  await ffmpeg('-stream_loop', '5', '-i', plain, '-t', '30', ...hls, film('hls/vod.m3u8'));
  // the recordings by HTTP, as any web server gives them out
  server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://x').pathname;
    const type = path.endsWith('.m3u8') ? 'application/vnd.apple.mpegurl' : 'video/mp2t';
    try {
      const body = readFileSync(film(path.includes('/hls/') ? `hls/${basename(path)}` : basename(path)));
      response.writeHead(200, { 'content-type': path.endsWith('.mp4') ? 'video/mp4' : type }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  port = await listenOnLoopback(server);
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  server.closeAllConnections();
  server.close();
});

const FPS = 5;
const named = (name: string) => () => ({ url: film(name), fps: FPS });
const served = (path: string) => () => ({
  url: `http://127.0.0.1:${port}/${path}`,
  fps: FPS,
});
const isOnline = ({ view }: Watched) => view?.source?.state === 'online' && view.source.restarts === 0;
const played = (watched: Watched) => isOnline(watched) && watched.detected >= 5;
/** No faster than it was recorded: most frames would be shed. */
const atItsPace = (watched: Watched) => {
  const { detected = 0, shed = 0, expired = 0 } = watched.view?.outcomes ?? {};
  return (
    watched.view?.source?.state === 'online' &&
    detected + shed + expired <= (watched.seconds + 3) * FPS * 1.5 &&
    detected >= 20
  );
};
const offline =
  (reason: RegExp) =>
  ({ view }: Watched) =>
    view?.source?.state === 'offline' && reason.test(view.source.reason ?? '');
const ofSize =
  (...sizes: string[]) =>
  (watched: Watched) =>
    played(watched) && sizes.every((size) => watched.sizes.includes(size));
const STAYS = { forSeconds: 12, stays: true };

describe('films', () => {
  cameraCase('plain', 'at its own pace', named('plain.mp4'), atItsPace, STAYS);
  cameraCase('rotated', 'upright', named('rotated.mp4'), ofSize('480x640'));
  cameraCase('variable rate', 'played', named('variable-rate.mp4'), played);
  cameraCase('pixels that are not square', 'played', named('anamorphic.mp4'), played);
  cameraCase('cut', 'played as far as it goes', named('cut.mp4'), ({ detected }) => detected >= 3);
  cameraCase('time goes back', 'played', named('time-goes-back.ts'), (w) => played(w) && w.detected >= 25);
  cameraCase('size changes', 'each in its own size', named('size-changes.ts'), ofSize('640x480', '320x480'));
  cameraCase('a still picture', 'stands still, no restarts', named('still.jpg'), played, STAYS);
  cameraCase('%03d in a name', 'is a name', named('shot-%03d.jpg'), played);
  cameraCase('odd characters in a name', 'played', named('100% ümlaut #1 ?.mp4'), played);
});

describe('recordings by HTTP', () => {
  cameraCase('a film', 'at its own pace', served('fast.mp4'), atItsPace, STAYS);
  cameraCase('HLS', 'at its own pace', served('hls/vod.m3u8'), atItsPace, STAYS);
});

describe('files that are no film', () => {
  cameraCase('without its index', 'offline with a reason', named('no-index.mp4'), offline(/.{10,}/));
  cameraCase('empty', 'offline with a reason', named('empty.mp4'), offline(/empty|not a video|no video/i));
  cameraCase('sound', 'offline with a reason', named('sound.mp3'), offline(/no video|sound|picture/i));
  cameraCase('missing', 'offline with a reason', named('no-such.mp4'), offline(/no such|there is no|not there/i));
});
