import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { listenOnLoopback } from '@framewire/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFilm, makeFolder, startBench, type TestBench } from '../testing/bench.ts';

let bench: TestBench;
let folder: string;
let media: string;
const text = 'TOP SECRET: the password is hunter2\n'.repeat(50);

beforeAll(async () => {
  folder = await makeFolder();
  media = join(folder, 'media');
  await mkdir(join(media, 'sub'), { recursive: true });
  await mkdir(join(folder, 'media-not'));
  await makeFilm(join(media, 'film.mp4'), 1);
  await makeFilm(join(folder, 'outside.mp4'), 1);
  await makeFilm(join(media, 'piece.ts'), 1);
  bench = await startBench({ folders: [media] });
  bench.consume();
});
afterAll(async () => {
  await bench.stop();
  await rm(folder, { recursive: true });
});

async function put(id: string, url: string): Promise<string> {
  const response = await bench
    .app()
    .request(`/cameras/${id}`, { method: 'PUT', body: JSON.stringify({ url, fps: 5 }) });
  return response.ok ? '' : `${response.status} ${(await response.json()).error}`;
}

/** Is put, comes offline for this reason, and shows nothing. */
async function expectOffline(id: string, url: string, reason: RegExp): Promise<void> {
  expect(await put(id, url)).toBe('');
  await waitFor(`${id} offline`, () => bench.stateOf(id)?.state === 'offline');
  expect(bench.stateOf(id)?.reason).toMatch(reason);
  expect(bench.framesOf(id)).toEqual([]);
  await bench.cameras.remove(id);
}

describe('a file camera', () => {
  it('plays what lies in a media folder, by whatever link within it', async () => {
    await symlink(join(media, 'film.mp4'), join(media, 'sub', 'link.mp4'));
    for (const path of ['film.mp4', 'sub/link.mp4', 'sub/../film.mp4']) {
      expect(await put('inside', join(media, path))).toBe('');
      const before = bench.framesOf('inside').length;
      await waitFor(path, () => bench.framesOf('inside').length > before);
      await bench.cameras.remove('inside');
    }
  });

  it('is refused elsewhere, whatever its spelling', async () => {
    await writeFile(join(folder, 'secret.txt'), text);
    await symlink(join(folder, 'outside.mp4'), join(media, 'out.mp4'));
    await symlink(folder, join(media, 'up'));
    for (const url of [
      join(folder, 'outside.mp4'),
      `file://${join(folder, 'outside.mp4')}`,
      `${media}/../outside.mp4`,
      `file://${media}/%2e%2e/outside.mp4`,
      `${media}/out.mp4`,
      `${media}/up/outside.mp4`,
      `${media}-not/x.mp4`,
      media,
      join(folder, 'secret.txt'),
      '/etc/passwd',
      '/proc/self/environ',
      '/dev/stdin',
    ]) {
      const message = await put('outside', url);
      expect(message, url).toMatch(/^400 url: .*MEDIA_FOLDERS/);
      expect(message).toContain(media);
    }
    expect(bench.cameras.list()).toEqual([]);
  });

  it('is stopped where a link leads out later', async () => {
    expect(await put('later', join(media, 'later.mp4'))).toBe('');
    await waitFor('offline', () => bench.stateOf('later')?.reason === 'no such file');
    await symlink(join(folder, 'outside.mp4'), join(media, 'later.mp4'));
    await waitFor('the refusal', () => bench.stateOf('later')?.reason?.includes('MEDIA_FOLDERS'));
    expect(bench.framesOf('later')).toEqual([]);
    await bench.cameras.remove('later');
  });

  it('draws no text, and follows no list to other files', async () => {
    await writeFile(join(media, 'secret.txt'), text);
    await writeFile(join(media, 'list.ffconcat'), `ffconcat version 1.0\nfile piece.ts\nfile ${folder}/outside.mp4\n`);
    const playlist = (uri: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${uri}\n#EXT-X-ENDLIST\n`;
    await writeFile(join(media, 'list.m3u8'), playlist(`file:${folder}/outside.mp4`));
    await expectOffline('text', join(media, 'secret.txt'), /not a video/);
    await expectOffline('concat', join(media, 'list.ffconcat'), /not a video/);
    await expectOffline('hls', join(media, 'list.m3u8'), /not a video/);
    await expectOffline('folder', join(media, 'sub'), /that is a folder/);
  });
});

it('an HTTP camera leads to no file and no other protocol', async () => {
  const film = join(media, 'piece.ts');
  const playlist = (uri: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${uri}\n#EXT-X-ENDLIST\n`;
  const pages: Record<string, string> = {
    '/file.m3u8': playlist(`file://${film}`),
    '/concat.m3u8': playlist(`concat:${film}`),
    '/tcp.m3u8': playlist('tcp://127.0.0.1:1/x.ts'),
    '/list.ffconcat': `ffconcat version 1.0\nfile 'file:${film}'\n`,
    '/secret.txt': text,
  };
  const server = createServer((request, response) => {
    const path = request.url!;
    if (path === '/redirect') return void response.writeHead(302, { location: `file://${film}` }).end();
    response.writeHead(200, path.endsWith('.m3u8') ? { 'content-type': 'application/vnd.apple.mpegurl' } : {});
    response.end(pages[path]);
  });
  const port = await listenOnLoopback(server);
  const origin = `http://127.0.0.1:${port}`;
  for (const path of ['/redirect', ...Object.keys(pages)])
    await expectOffline(
      'http',
      `${origin}${path}`,
      /protocol|not a video|no video|stream ended|page|text|redirect|address|leads|cannot be opened/i,
    );
  server.close();
});

it('a link to a camera in /dev is one, and anything else there is none', async () => {
  await expectOffline('by-id', '/dev/v4l/by-id/usb-none-video-index0', /no such device/);
  await expectOffline('by-path', '/dev/v4l/by-path/pci-0000:00:14.0-usb-0:2:1.0-video-index0', /no such device/);
  expect(await put('null', '/dev/null')).toMatch(/MEDIA_FOLDERS/);
});
