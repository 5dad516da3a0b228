import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { buildProgram, createTestVhost, type TestProgram, type TestVhost } from '@framewire/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { makeFilm, makeFolder } from './testing/bench.ts';
import { type Connector, startConnector } from './testing/process.ts';

let built: TestProgram;
let vhost: TestVhost;
let data: string;
let connector: Connector;

beforeAll(async () => {
  built = await buildProgram({ part: 'connectors/camera' });
  vhost = await createTestVhost();
  data = await makeFolder();
});
afterEach(async () => {
  await connector.end('SIGKILL');
});
afterAll(async () => {
  await vhost.drop();
  await rm(data, { recursive: true });
  built.remove();
});

function start(env: Record<string, string>): void {
  connector = startConnector(built.file, { AMQP_URL: vhost.amqp, DATA: data, ...env });
}
const address = async () => `${await connector.origin}/cameras`;
const list = async (url: string) =>
  (await (await fetch(url)).json()).cameras as { camera_id: string; state: string; url: string }[];

it('keeps its list through a restart, and takes the cameras of the setting', async () => {
  start({ CAMERAS: 'door=demo:;yard=demo:2' });
  let url = await address();
  await fetch(`${url}/hall`, { method: 'PUT', body: JSON.stringify({ url: 'demo:3', fps: 2 }) });
  await fetch(`${url}/yard`, { method: 'DELETE' });
  await connector.end('SIGKILL');

  start({ CAMERAS: 'door=demo:9\n' });
  url = await address();
  await waitFor('both', async () => (await list(url)).length === 2);
  expect(await list(url)).toMatchObject([
    { camera_id: 'door', url: 'demo:9' },
    { camera_id: 'hall', url: 'demo:3', fps: 2 },
  ]);
  expect(await connector.end('SIGTERM')).toBe(0);
  expect((await readdir(data)).filter((name) => name.endsWith('.json'))).toEqual(['cameras.json']);
});

it.skipIf(!existsSync('/usr/bin/setpriv'))('takes its ffmpeg with it when it is killed', async () => {
  const film = join(data, 'film.mp4');
  await makeFilm(film, 1);
  start({ CAMERAS: `film=${film}` });
  const url = await address();
  await waitFor(
    'online',
    async () => (await list(url)).find((camera) => camera.camera_id === 'film')?.state === 'online',
  );
  expect(await processesOn(film)).toBe(1);
  await connector.end('SIGKILL');
  await waitFor('no ffmpeg', async () => (await processesOn(film)) === 0);
});

it('says what is to be installed where there is no ffmpeg', async () => {
  start({ CAMERAS: 'film=rtsp://127.0.0.1:1/', FFMPEG: '/nowhere/ffmpeg' });
  await waitFor('the reason', () => connector.said().includes('ffmpeg is not installed: apt install ffmpeg'));
});

it('says how a password is to be written, and does not repeat it', async () => {
  start({ CAMERAS: 'door=rtsp://me:sec#ret@host/' });
  expect(await connector.exited).toBe(2);
  expect(connector.said()).toMatch(/^camera: CAMERAS: the address of door: .*# is written %23/);
  expect(connector.said()).not.toMatch(/sec#|ret@/);
});

it('does not start on wrong settings, and repeats no password', async () => {
  start({ CAMERAS: 'a b=rtsp://me:secret@host/', HOST: '0.0.0.0' });
  expect(await connector.exited).toBe(2);
  expect(connector.said()).toMatch(/^camera: CAMERAS: an entry whose name is none: .*; allowed: name=address/);
});

/** How many processes have this among their arguments. */
async function processesOn(argument: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(`file:${argument}`)).length;
}
