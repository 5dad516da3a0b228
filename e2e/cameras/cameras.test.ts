/** Cameras of every kind are unplugged, plugged in and unplugged for good: each reports it with a reason, and no other is affected. */
import { copyFile, mkdir, mkdtemp, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { keepScreenshot } from '../../testkit/browser/launch.ts';
import { drawFrames, makeFilm, streamFilm } from '../../testkit/cameras/film.ts';
import { startMjpegServer } from '../../testkit/cameras/mjpeg-server.ts';
import { startRtspServer } from '../../testkit/cameras/rtsp-server.ts';
import { openResultLog, type ResultLog } from '../../testkit/results/result-stream.ts';
import { putCamera, removeCameras, untilView, viewOf } from '../../testkit/system/cameras.ts';
import { useChromium } from '../browser/use.ts';

const system = inject('system');
const chromium = useChromium();
let ledger: ResultLog;
let folder: string;
let frames: Uint8Array[];
let film: string;
let page: Page;

beforeAll(async () => {
  ledger = openResultLog(system.amqp);
  const media = join(system.data, 'media');
  await mkdir(media, { recursive: true });
  folder = await mkdtemp(join(media, 'films-'));
  film = join(folder, 'film.mp4');
  frames = await drawFrames('films', 30);
  await makeFilm(film, frames);
  await putCamera(system, 'steady', { url: 'demo:', fps: 4 });
});
afterAll(async () => {
  await removeCameras(system, 'steady', 'rtsp', 'mjpeg', 'film');
  await ledger.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  page = await chromium.open(system.dashboard);
});

const tile = (id: string, state: string) => page.getByRole('button', { name: new RegExp(`^${id}: ${state}`) });
/** Its tile, or its line among the cameras that send nothing, where these are many. */
const idle = (id: string, word: string, detail: string) =>
  tile(id, `${word}, ${detail}`).or(
    page.getByRole('link', { name: new RegExp(`^${id} ${word}`) }).and(page.getByTitle(new RegExp(`^${detail}`))),
  );
const detected = (id: string) => ledger.records.filter((r) => r.camera_id === id && r.outcome === 'detected');

/** Its frames come through: more of them have faces in them, and the page shows it live. */
async function expectLive(id: string): Promise<void> {
  const before = detected(id).length;
  await untilView(system, id, 'online', (view) => view?.source?.state === 'online');
  await waitFor(`frames of ${id}`, () => detected(id).length >= before + 5, { timeout: 40_000 });
  expect(detected(id).at(-1)!.detections.length).toBeGreaterThan(0);
  await tile(id, 'live').waitFor();
}

/** It says that it is offline and why, over HTTP and on its tile. The sentence above may name what is worse: a machine short of CPU. */
async function expectOffline(id: string, reason: RegExp): Promise<void> {
  await untilView(
    system,
    id,
    `offline, ${reason}`,
    (view) => view?.source?.state === 'offline' && reason.test(view.source.reason ?? ''),
  );
  await idle(id, 'offline', `Since \\d\\d:\\d\\d: .*${reason.source}`).waitFor();
}

/** What the steady camera went through while `work` was done: nothing. */
async function undisturbed(work: () => Promise<void>): Promise<void> {
  await expectLive('steady');
  const from = ledger.records.length;
  await work();
  await expectLive('steady');
  const frames = ledger.records.slice(from).filter(({ camera_id }) => camera_id === 'steady');
  // a busy machine may be late with some; none fails
  expect(frames.filter(({ outcome }) => !['detected', 'shed', 'expired'].includes(outcome))).toEqual([]);
  expect(frames.filter(({ outcome }) => outcome === 'detected').length).toBeGreaterThan(frames.length / 2);
  expect((await viewOf(system, 'steady'))?.source).toMatchObject({ state: 'online', restarts: 0 });
}

/** Taken out, it is neither in the list nor on the page. */
async function expectRemoved(id: string): Promise<void> {
  await removeCameras(system, id);
  await untilView(system, id, 'removed', (view) => view === undefined || view.source?.state === 'removed');
  await page.getByRole('button', { name: new RegExp(`^${id}:`) }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: new RegExp(`^${id} `) }).waitFor({ state: 'detached' });
}

describe('pulled, put back, pulled for good', () => {
  it('an RTSP camera', () =>
    undisturbed(async () => {
      let server = await startRtspServer();
      let encoder = streamFilm(film, server.url('door'));
      await putCamera(system, 'rtsp', { url: server.url('door'), fps: 5 });
      await expectLive('rtsp');

      await server.close();
      await encoder.stop();
      await expectOffline('rtsp', /connection refused/);
      await keepScreenshot(page, 'camera-offline');

      server = await startRtspServer({ port: server.port });
      encoder = streamFilm(film, server.url('door'));
      await expectLive('rtsp');

      server.freeze(true);
      await expectOffline('rtsp', /no frames for 5 s/);
      await expectRemoved('rtsp');
      await waitFor('nobody watching', () => server.players('door') === 0);
      await encoder.stop();
      await server.close();
    }));

  it('an HTTP camera', () =>
    undisturbed(async () => {
      let server = await startMjpegServer({ frames, fps: 10 });
      await putCamera(system, 'mjpeg', { url: server.url, fps: 5 });
      await expectLive('mjpeg');
      await server.close();
      await expectOffline('mjpeg', /connection refused/);
      server = await startMjpegServer({ frames, fps: 10, port: server.port });
      await expectLive('mjpeg');
      await server.close();
      await expectOffline('mjpeg', /connection refused/);
      await expectRemoved('mjpeg');
    }));

  it('a file that is played again and again', () =>
    undisturbed(async () => {
      const path = join(folder, 'pulled.mp4');
      await copyFile(film, path);
      await putCamera(system, 'film', { url: path, fps: 5 });
      await expectLive('film');
      await truncate(path); // as a recorder that starts over leaves it for a moment
      await expectOffline('film', /the file is empty/);
      await copyFile(film, path);
      await expectLive('film');
      await truncate(path);
      await rm(path);
      await expectOffline('film', /no such file/);
      await expectRemoved('film');
    }));
});

it('a file that is played once says that it ended', async () => {
  await putCamera(system, 'film', { url: film, fps: 5, loop: false });
  await untilView(system, 'film', 'ended', (view) => view?.source?.state === 'ended');
  await idle('film', 'ended', 'Since \\d\\d:\\d\\d: the video file was played to the end').waitFor();
  await expectRemoved('film');
});
