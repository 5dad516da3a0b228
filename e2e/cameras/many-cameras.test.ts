/** A camera id is free text of whoever posts frames: however many there are, memory, answers and metrics stay bounded, and the page usable. */
import { camerasAnswer, ledgerAnswer } from '@framewire/contract';
import { sleep, waitFor } from '@framewire/runtime/process';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepScreenshot } from '../../testkit/browser/launch.ts';
import { ingestUrl, postBody, putCamera } from '../../testkit/system/cameras.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';
import { useChromium } from '../browser/use.ts';

/** Ids that are posted, more than are kept one by one. */
const IDS = Number(process.env.FRAMEWIRE_IDS ?? 1_200);
const KEPT = 1_000;
const LABELS = 200;
const POSTERS = 6;

const chromium = useChromium();
let system: System;
beforeAll(async () => {
  system = await startSystem({ args: ['--no-demo'] });
});
afterAll(() => system?.stop());

async function postAll(): Promise<void> {
  const jpeg = await sharp({ create: { width: 160, height: 120, channels: 3, background: '#456' } })
    .jpeg()
    .toBuffer();
  let next = 0;
  const post = async () => {
    while (next < IDS) {
      const url = ingestUrl(system, `id-${next++}`);
      for (;;) {
        const answer = await postBody(url, jpeg);
        await answer.arrayBuffer();
        if (answer.status === 202) break;
        await sleep(200);
      }
    }
  };
  await Promise.all(Array.from({ length: POSTERS }, post));
}

const ask = async (path: string) => (await fetch(`${system.dashboard}${path}`)).json();

it(`${IDS} camera ids`, { timeout: 240_000 + IDS * 200 }, async () => {
  await putCamera(system, 'steady', { url: 'demo:', fps: 2 });
  await postAll();
  const ledger = await waitFor(
    'every outcome',
    async () => {
      const answer = ledgerAnswer.parse(await ask('/api/ledger'));
      return answer.totals.detected >= IDS && answer.totals.in_flight <= 2 ? answer : undefined;
    },
    { timeout: 120_000, every: 500 },
  );
  expect(ledger.cameras.length).toBeLessThanOrEqual(KEPT);
  expect(ledger.totals.unaccounted).toBe(0);
  const { cameras } = camerasAnswer.parse(await ask('/api/cameras'));
  expect(cameras.length).toBeLessThanOrEqual(KEPT + 1);
  expect(cameras.map(({ camera_id }) => camera_id)).toContain('steady');

  for (const port of [10, 11]) {
    const metrics = await (await fetch(`http://127.0.0.1:${system.base + port}/metrics`)).text();
    const ids = new Set([...metrics.matchAll(/camera_id="([^"]*)"/g)].map(([, id]) => id));
    expect(ids.size).toBeLessThanOrEqual(LABELS + 1);
  }

  const page = await chromium.open(system.dashboard);
  await page.getByRole('button', { name: /^steady: live/ }).waitFor({ timeout: 60_000 });
  await keepScreenshot(page, 'many-cameras');
  await page.goto(`${system.dashboard}/#/frames`);
  await page.getByRole('heading', { name: 'Frame ledger' }).waitFor({ timeout: 60_000 });
  await page.getByText(/other cameras? (is|are) not listed here/).waitFor({ timeout: 60_000 });
  await keepScreenshot(page, 'many-cameras-frames');
});
