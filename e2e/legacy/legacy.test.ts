/** A legacy producer and the legacy page, both unchanged: each frame sent comes back. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LEGACY_CAMERA, type LegacyResult } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { keepScreenshot } from '../../testkit/browser/launch.ts';
import { drawFrames } from '../../testkit/cameras/film.ts';
import { scoreBoxes } from '../../testkit/frames/boxes.ts';
import { readTruth } from '../../testkit/frames/scene.ts';
import { useChromium } from '../browser/use.ts';
import { type ServedPage, serveLegacyPage } from './page.ts';

const system = inject('system');
const chromium = useChromium();
const FRAMES = 20;
let folder: string;
let served: ServedPage;
let frames: Uint8Array[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framewire-producer-'));
  served = await serveLegacyPage(system.dashboard);
  frames = await drawFrames('legacy', FRAMES);
  await Promise.all(frames.map((jpeg, i) => writeFile(fileOf(i), jpeg)));
});
afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true });
});

const fileOf = (i: number) => join(folder, `${i}.jpg`);

it('every frame of the producer is seen on the page', async () => {
  const page = await chromium.open('about:blank');
  const results = recordResults(page);
  const opened = page.waitForEvent('console', (message) => message.text() === 'WebSocket connection established.');
  await page.goto(served.url);
  await opened;

  const { hostname, port } = new URL(system.amqp);
  await promisify(execFile)(
    '/usr/bin/python3',
    [join(import.meta.dirname, 'producer.py'), ...frames.map((_, i) => fileOf(i))],
    { env: { RABBITMQ_HOST: hostname, RABBITMQ_PORT: port, INTERVAL: '0.3' } },
  );
  const own = () => results.filter(({ camera_id }) => camera_id === LEGACY_CAMERA);
  await waitFor('a result for each', () => own().length >= FRAMES, { timeout: 60_000 });

  const sent = frames.map((jpeg) => Buffer.from(jpeg).toString('base64'));
  expect(
    own()
      .map(({ frame }) => frame)
      .sort(),
  ).toEqual([...sent].sort());
  for (const { frame, detections } of own()) {
    const faces = readTruth(Buffer.from(frame!, 'base64'))!;
    expect(scoreBoxes(detections, faces)).toEqual({ found: faces.length, faces: faces.length, beside: 0 });
  }

  const last = own().at(-1)!;
  expect(await page.locator('img').getAttribute('src')).toBe(`data:image/jpeg;base64,${last.frame}`);
  expect(await page.locator('.bbox').count()).toBe(last.detections.length);
  await keepScreenshot(page, 'legacy');
});

it('its three metrics are there', async () => {
  const page = await chromium.open(served.url);
  await page.getByText(/^\d+\.\d\d fps$/).waitFor();
  await page.getByText(/^\d+ ms$/).waitFor();
  await page.getByText(/^\d+ frames$/).waitFor();
  await page.locator('.metric-card p', { hasText: /^(?!0\.00)\d+\.\d\d fps$/ }).waitFor();
});

/** What the page's WebSocket receives. */
function recordResults(page: Page): LegacyResult[] {
  const results: LegacyResult[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => results.push(JSON.parse(String(payload)))),
  );
  return results;
}
