/** The main job: `npm start` and nothing else, and in the browser boxes lie on the faces. */
import { waitFor } from '@framewire/runtime';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTruth } from '../connectors/camera/demo/scene.ts';
import { keepScreenshot } from './browser/launch.ts';
import { type ReceivedPicture, recordPictures } from './browser/received.ts';
import { useChromium } from './browser/use.ts';
import { type System, startSystem } from './system/start.ts';
import { scoreBoxes } from './vision/boxes.ts';
import { type Colour, compareOutlines, decodeRaster, differenceFrom, placeOnStage } from './vision/screen.ts';

const chromium = useChromium();
let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

/** Looks at the screen, each at another moment of the scene. */
const LOOKS = 8;

it('a frame goes from the camera to the browser, with boxes on the very picture they were found in', async () => {
  const page = await chromium.open('about:blank');
  const received = recordPictures(page);
  await page.goto(system.dashboard);
  await page.getByRole('button', { name: /^demo: live/ }).waitFor();
  await page.locator('svg rect').first().waitFor({ state: 'attached' });
  await keepScreenshot(page, 'first-picture');

  const scores = [];
  for (let look = 0; look < LOOKS; look++) {
    const { shown, outline } = await lookAt(page, received);
    for (const part of outline.drawn) expect(part).toBeGreaterThan(0.95);
    expect(outline.stray).toBe(0);
    scores.push(scoreBoxes(shown.record.detections, readTruth(shown.jpeg)!));
  }
  for (const score of scores) expect(score).toEqual({ found: score.faces, faces: score.faces, beside: 0 });
  expect(scores.length).toBe(LOOKS);
});

it('the page says that all is well, and how old the pictures are', async () => {
  const page = await chromium.open(system.dashboard);
  await page.getByRole('banner').getByText('All well.').waitFor();
  await page
    .getByRole('banner')
    .getByText(/1 camera, [\d.]+ frames\/s, pictures \d+ ms old\./)
    .waitFor();
});

/** What stands on the screen now: which of the received pictures it is, and whether its own boxes are drawn on it. */
async function lookAt(page: Page, received: ReceivedPicture[]) {
  const colour = await page
    .locator('svg rect:not(.halo)')
    .first()
    .evaluate((rect) => getComputedStyle(rect).stroke.match(/\d+/g)!.map(Number).slice(0, 3) as Colour);
  const earlier = received.length;
  const png = await waitFor('a picture that is not greyed out for its age', () => takeFresh(page), { timeout: 60_000 });
  // what stands there may be told to us later than it was drawn
  const taken = Date.now();
  await waitFor('a newer picture', () => received.at(-1)!.record.timestamp * 1000 > taken, { timeout: 20_000 });

  const stage = await decodeRaster(png);
  const candidates = received.slice(Math.max(0, earlier - 15));
  const place = placeOnStage(candidates[0]!.record.image!, stage);
  const differences = await Promise.all(candidates.map(({ jpeg }) => differenceFrom(stage, place, jpeg)));
  const shown = candidates[differences.indexOf(Math.min(...differences))]!;
  const boxes = shown.record.detections.map(({ x, y, w, h }) => ({
    x: place.x + x * place.scale,
    y: place.y + y * place.scale,
    w: w * place.scale,
    h: h * place.scale,
  }));
  return { shown, outline: compareOutlines(stage, boxes, colour, 2) };
}

/** The stage as it is on the screen; undefined where its picture was old for a moment, as on a busy machine, and so has no colour. */
async function takeFresh(page: Page): Promise<Buffer | undefined> {
  const isGrey = () => page.locator('canvas').evaluate((canvas) => getComputedStyle(canvas).filter !== 'none');
  if (await isGrey()) return undefined;
  const png = await page.screenshot({ clip: (await page.locator('canvas').boundingBox())! });
  return (await isGrey()) ? undefined : png;
}
