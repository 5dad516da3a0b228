/** The main job: `npm start` and nothing else, and in the browser boxes lie on the faces. */
import { waitFor } from '@framewire/runtime/process';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepScreenshot } from '../../testkit/browser/launch.ts';
import { scoreBoxes } from '../../testkit/frames/boxes.ts';
import { readTruth } from '../../testkit/frames/scene.ts';
import { putCamera } from '../../testkit/system/cameras.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';
import { type ReceivedFrame, recordFrames } from '../browser/received.ts';
import { type Colour, compareOutlines, decodeRaster, differenceBetween, placeOnStage } from '../browser/screen.ts';
import { useChromium } from '../browser/use.ts';

const chromium = useChromium();
let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

/** Pictures that are looked at, each at another moment of the scene. */
const LOOKS = 6;
/** Frames a second: one stands on the screen for long enough to be looked at. */
const SLOW = 0.6;

it('a frame goes from the camera to the browser, and the page says that all is well', async () => {
  const page = await chromium.open(system.dashboard);
  await page.getByRole('button', { name: /^demo: live/ }).waitFor();
  await page.locator('svg rect').first().waitFor({ state: 'attached' });
  const header = page.getByRole('banner');
  // a machine that is short of CPU says so besides
  await header.getByText(/All well[.,]/).waitFor();
  await header.getByText(/(1 camera, [\d.]+ frames\/s, pictures \d+ ms old|[\d.]+ % within 500 ms)\./).waitFor();
  await keepScreenshot(page, 'first-picture');
});

it('boxes lie on the faces, drawn on the very picture they were found in', async () => {
  await putCamera(system, 'demo', { url: 'demo:', fps: SLOW });
  const page = await chromium.open('about:blank');
  const received = recordFrames(page);
  await page.goto(system.dashboard);
  await page.locator('svg rect').first().waitFor({ state: 'attached' });

  const shown = new Set<string>();
  while (shown.size < LOOKS) {
    const { picture, stage, colour } = await lookAt(page, received);
    const place = placeOnStage(picture.record.image!, stage);
    const boxes = picture.record.detections.map(({ x, y, w, h }) => ({
      x: place.x + x * place.scale,
      y: place.y + y * place.scale,
      w: w * place.scale,
      h: h * place.scale,
    }));
    const { drawn, stray } = compareOutlines(stage, boxes, colour, 2);
    for (const part of drawn) expect(part).toBeGreaterThan(0.95);
    expect(stray).toBe(0);
    const faces = readTruth(picture.jpeg)!;
    expect(scoreBoxes(picture.record.detections, faces)).toEqual({
      found: faces.length,
      faces: faces.length,
      beside: 0,
    });
    shown.add(picture.record.frame_id);
  }
});

/** A look at the screen while one picture stood there: its pixels, and which of the received pictures it is. */
async function lookAt(page: Page, received: ReceivedFrame[]) {
  const { png, canvas, colour } = await waitFor('a picture that stands still', () => takeStill(page), {
    timeout: 60_000,
  });
  const drawn = await decodeRaster(canvas);
  const candidates = received.slice(-10);
  const differences = await Promise.all(
    candidates.map(async ({ jpeg }) => differenceBetween(drawn, await decodeRaster(jpeg))),
  );
  const least = Math.min(...differences);
  // two decoders of one JPEG differ by rounding alone
  expect(least).toBeLessThan(1);
  return { picture: candidates[differences.indexOf(least)]!, stage: await decodeRaster(png), colour };
}

/** The screen, and the canvas as it was before and after; undefined where something changed in between, or an old picture is greyed out. */
async function takeStill(page: Page) {
  const before = await readStage(page);
  const png = await page.screenshot({ clip: before.clip });
  const after = await readStage(page);
  if (before.filter !== 'none' || JSON.stringify(before) !== JSON.stringify(after)) return undefined;
  return { png, canvas: Buffer.from(before.canvas.split(',')[1]!, 'base64'), colour: before.colour };
}

const readStage = (page: Page) =>
  page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { x, y, width, height } = canvas.getBoundingClientRect();
    const rect = document.querySelector('svg rect:not(.halo)')!;
    return {
      canvas: canvas.toDataURL(),
      clip: { x, y, width, height },
      filter: getComputedStyle(canvas).filter,
      colour: getComputedStyle(rect).stroke.match(/\d+/g)!.map(Number).slice(0, 3) as Colour,
    };
  });
