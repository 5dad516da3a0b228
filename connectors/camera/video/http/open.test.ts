import { countShed } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { readMetric } from '@framewire/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpCameras, STREAMING, startHttpCameras } from '../../../../testkit/cameras/http-cameras.ts';
import { startBench, type TestBench } from '../../testing/bench.ts';

let bench: TestBench;
let server: HttpCameras;
let frames: Buffer[];
beforeAll(async () => {
  const draw = (background: string) =>
    sharp({ create: { width: 64, height: 48, channels: 3, background } })
      .jpeg()
      .toBuffer();
  frames = [await draw('red'), await draw('blue')];
  server = await startHttpCameras({ frames });
  bench = await startBench();
  bench.consume();
});
afterAll(async () => {
  await bench.stop();
  await server.close();
});

const put = (id: string, url = server.url(id)) => bench.put(id, { url, fps: 20 });
const isFromCamera = (jpeg: Uint8Array) => frames.some((frame) => frame.equals(jpeg));
/** Frames of it come, each as the camera made it, and it is not opened again. */
async function expectPlayed(id: string): Promise<void> {
  await waitFor(`frames of ${id}`, () => bench.framesOf(id).length >= 4);
  expect(bench.framesOf(id).filter(({ jpeg }) => !isFromCamera(jpeg))).toEqual([]);
  expect(bench.stateOf(id)).toMatchObject({ state: 'online', restarts: 0 });
  await bench.cameras.remove(id);
}

describe('played as browsers play it', () => {
  it.each(Object.keys(STREAMING))('%s', async (name) => {
    await put(name);
    await expectPlayed(name);
  });

  it.each(['one-for-each-connection', 'moved'])('%s', async (name) => {
    await put(name);
    await expectPlayed(name);
  });

  it('a password that Digest asks for', async () => {
    await put('digest', server.url('digest').replace('//', '//me:se%3Acret%40%231@'));
    await expectPlayed('digest');
  });

  it('a snapshot address, asked for as often as frames are wanted', async () => {
    await bench.put('snapshot', { url: server.url('snapshot'), fps: 5 });
    await waitFor('frames', () => bench.framesOf('snapshot').length >= 6);
    const frames = bench.framesOf('snapshot');
    const seconds = (frames.at(-1)!.captured_at - frames[0]!.captured_at) / 1000;
    const numbered = frames.length + frames.reduce((sum, { shed }) => sum + countShed(shed), 0);
    expect((numbered - 1) / seconds).toBeLessThan(6);
    await expectPlayed('snapshot');
  });
});

describe('named by a message', () => {
  it.each([
    ['login', 'a log-in page ("Camera - Login") instead of a video'],
    ['json', 'text (application/json) instead of a video'],
    ['digest', 'the camera wants another user or password (401)'],
    ['gone', 'the camera says that this stream is gone for good (410)'],
    ['busy', 'the camera is busy, or has too many connections already (503)'],
    ['nothing', 'the camera knows no such stream (404)'],
    ['moved-to-file', 'it leads to another protocol, which is not allowed'],
    ['moved-in-circles', 'it leads from one address to the next without end'],
  ])('%s', async (name, reason) => {
    await put(name);
    await waitFor('offline', () => bench.stateOf(name)?.state === 'offline');
    expect(bench.stateOf(name)?.reason).toBe(reason);
    await bench.cameras.remove(name);
  });

  it('a JPEG that never ends, while another camera goes on', async () => {
    await put('plain');
    await put('endless');
    await waitFor('offline', () => bench.stateOf('endless')?.state === 'offline');
    expect(bench.stateOf('endless')?.reason).toBe('a picture is larger than 10 MB, or never ends');
    await bench.cameras.remove('endless');
    const before = bench.framesOf('plain').length;
    await waitFor('more frames of the other', () => bench.framesOf('plain').length > before + 3);
    await expectPlayed('plain');
  });
});

it('counts each time that it is opened again, in the API, in its records and in the metric', async () => {
  await put('busy');
  await waitFor('two more attempts', () => server.asked('busy') >= 3 && bench.stateOf('busy')!.restarts >= 2);
  const restarts = () => readMetric(bench.registry, 'camera_restarts_total', { camera_id: 'busy' });
  expect(await restarts()).toBe(bench.stateOf('busy')?.restarts);
  await waitFor('the record', () => bench.states.some((r) => r.camera_id === 'busy' && r.restarts >= 2));

  await bench.put('busy', { url: server.url('busy'), fps: 3 }); // restarts
  expect(bench.stateOf('busy')?.restarts).toBe(0);
  expect(await restarts()).toBe(0);
  await bench.cameras.remove('busy');
});
