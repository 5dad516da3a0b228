/** What a first start does about the weights of YuNet. */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { afterEach, expect, it } from 'vitest';
import { listenOnLoopback } from '../../testkit/system/loopback.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';

const { FRAMEWIRE_MODELS: MODELS } = process.env;
let server: Server;
let system: System | undefined;
afterEach(async () => {
  await system?.stop();
  server.closeAllConnections();
  server.close();
}, 120_000);

async function startWith(listener: RequestListener): Promise<System> {
  server = createServer(listener);
  system = await startSystem({ mirror: `http://127.0.0.1:${await listenOnLoopback(server)}` });
  return system;
}

/** The detector that looked at the drawn camera. */
async function detectorOf({ dashboard }: System): Promise<string> {
  let name: string | undefined;
  await waitFor(
    'a frame that was looked at',
    async () => {
      const answer = await fetch(`${dashboard}/api/frames?camera=demo&limit=20`);
      const { frames } = (await answer.json()) as { frames: { detector?: string }[] };
      name = frames.find(({ detector }) => detector)?.detector;
      return name !== undefined;
    },
    { timeout: 60_000, every: 200 },
  );
  return name!;
}

it.skipIf(!MODELS)(
  `it downloads them, and finds faces with them${MODELS ? '' : ' (skipped: FRAMEWIRE_MODELS names no folder with weights)'}`,
  async () => {
    const running = await startWith((request, response) => response.end(readFileSync(join(MODELS!, request.url!))));
    expect(running.output()).toContain('detector     YuNet.');
    expect(await detectorOf(running)).toBe('yunet_n_320');
  },
  400_000,
);

it('it goes on with Haar where nobody answers, and says so in one line', async () => {
  const running = await startWith(() => {});
  const lines = running.output().split('\n');
  expect(lines.filter((line) => line.includes('no answer within 5 s'))).toEqual([
    expect.stringMatching(/^ {2}detector {5}Haar\. .*npm run models/),
  ]);
  expect(await detectorOf(running)).toMatch(/^haar/);
}, 400_000);
