import { countShed, judgeJpeg } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RtspServer, startRtspServer } from '../../../../testkit/cameras/rtsp-server.ts';
import { record, startBench, type TestBench } from '../../testing/bench.ts';

let bench: TestBench;
let server: RtspServer | undefined;
let recorder: ReturnType<typeof record> | undefined;
beforeAll(async () => {
  bench = await startBench();
  bench.consume();
});
afterEach(async () => {
  await recorder?.stop();
  await server?.close();
});
afterAll(() => bench.stop());

const SECOND = 90_000;
const sizesOf = (id: string) => new Set(bench.framesOf(id).map(({ jpeg }) => judgeJpeg(jpeg).width));
/** Frames that it gave, those that were shed with them. */
const numbered = (id: string) => bench.framesOf(id).reduce((sum, { shed }) => sum + 1 + countShed(shed), 0);
const PATIENT = { timeout: 60_000 };

describe('an RTSP camera whose clock', () => {
  const every = (seconds: number, timestamp: number) => Math.floor(timestamp / (seconds * SECOND));
  it.each([
    ['jumps back by ten seconds every second', (t: number) => t - every(1, t) * 10 * SECOND],
    ['is hours ahead now and then', (t: number) => (every(0.2, t) % 3 === 0 ? t + 36_000 * SECOND : t)],
  ])(
    '%s gives as many frames as another',
    async (_, odd) => {
      server = await startRtspServer({ clocks: { odd } });
      recorder = record(server.url('door'), { rate: 10 });
      const earlier = { plain: bench.framesOf('plain').length, odd: bench.framesOf('odd').length };
      await bench.put('plain', { url: server.url('door'), fps: 20 });
      await bench.put('odd', { url: `${server.url('door')}?clock=odd`, fps: 20 });
      const both = () => bench.framesOf('plain').length > earlier.plain && bench.framesOf('odd').length > earlier.odd;
      await waitFor('both', both, PATIENT);
      // until the server had a film it was opened in vain
      const { restarts } = bench.stateOf('odd')!;
      const before = { plain: numbered('plain'), odd: numbered('odd') };
      await waitFor('frames of the plain one', () => numbered('plain') >= before.plain + 50, PATIENT);
      await waitFor('as many', () => numbered('odd') >= before.odd + 45, { timeout: 10_000 });
      expect(bench.stateOf('odd')).toMatchObject({ state: 'online', restarts });
      await bench.cameras.remove('odd');
      await bench.cameras.remove('plain');
    },
    120_000,
  );
});

it('an RTSP camera that offers UDP alone is played', async () => {
  server = await startRtspServer({ udpOnly: true });
  recorder = record(server.url('door'));
  await bench.put('udp', { url: server.url('door') });
  await waitFor('frames', () => bench.framesOf('udp').length >= 5, PATIENT);
  await bench.cameras.remove('udp');
}, 90_000);

it('an RTSP camera that changes its size is shown in each, without being opened again', async () => {
  server = await startRtspServer();
  const sizes = ['320x240', '160x240', '320x240', '160x240'];
  for (const [i, size] of sizes.entries()) {
    await recorder?.stop();
    recorder = record(server.url('door'), { size });
    if (i === 0) await bench.put('sizes', { url: server.url('door') });
    const before = bench.framesOf('sizes').length;
    const width = Number.parseInt(size, 10);
    const isNewest = () =>
      bench.framesOf('sizes').length > before + 3 && judgeJpeg(bench.framesOf('sizes').at(-1)!.jpeg).width === width;
    await waitFor(`pictures of ${size}`, isNewest, PATIENT);
  }
  expect(sizesOf('sizes')).toEqual(new Set([320, 160]));
  await bench.cameras.remove('sizes');
}, 180_000);
