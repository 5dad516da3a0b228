/** The dashboard in people's hands: numbers that live, the keyboard alone, a phone, and nobody kept out. */
import { waitFor } from '@framewire/runtime/process';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { putCamera, removeCameras } from '../../testkit/system/cameras.ts';
import { DESK, keepScreenshot, PHONE } from '../browser/launch.ts';
import { expectTidy } from '../browser/tidy.ts';
import { useChromium } from '../browser/use.ts';

const system = inject('system');
const chromium = useChromium();
const CAMERAS = ['walk-1', 'walk-2', 'walk-3'];
beforeAll(() => Promise.all(CAMERAS.map((id) => putCamera(system, id, { url: 'demo:', fps: 2 }))));
afterAll(() => removeCameras(system, ...CAMERAS));

const tiles = (page: Page) => page.getByRole('region', { name: 'Cameras' }).getByRole('button');
const live = (page: Page, id: string) => page.getByRole('button', { name: new RegExp(`^${id}: live`) });
const untilAllLive = (page: Page) => Promise.all(CAMERAS.map((id) => live(page, id).waitFor()));
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
const untilFocused = (page: Page, id: string) =>
  waitFor(`the focus on ${id}`, async () => (await focused(page))?.startsWith(`${id}:`));

describe('the cards', () => {
  it.each([
    ['Processing Rate', /^\d+\.\d\d fps$/, (n: number) => n > 0],
    ['Avg. Latency', /^\d+ ms$/, (n: number) => n > 0],
    ['Queue Depth', /^\d+ frames?$/, (n: number) => n >= 0],
    ['End-to-End Latency', /^\d+ ms p95$/, (n: number) => n > 0],
  ])('%s', async (title, form, believable) => {
    const page = await chromium.open(system.dashboard);
    const card = page.getByRole('article').filter({ has: page.getByRole('heading', { name: title }) });
    const value = async () => (await card.locator('.value').textContent())!.trim();
    await waitFor(
      `a number in ${title}`,
      async () => {
        const text = await value();
        return form.test(text) && believable(Number.parseFloat(text));
      },
      { timeout: 40_000, every: 200 },
    );
  });

  it('live: with more frames the rate rises', async () => {
    const page = await chromium.open(system.dashboard);
    const card = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'Processing Rate' }) });
    const rate = async () => Number.parseFloat((await card.locator('.value').textContent())!);
    const before = await waitFor('a rate', rate, { timeout: 40_000, every: 200 });
    await putCamera(system, 'walk-1', { url: 'demo:', fps: 8 });
    await waitFor('a higher rate', async () => (await rate()) > before, { timeout: 60_000, every: 200 });
    await putCamera(system, 'walk-1', { url: 'demo:', fps: 2 });
  });
});

it('the keyboard reaches everything', async () => {
  const page = await chromium.open(system.dashboard);
  await untilAllLive(page);
  await tiles(page).first().waitFor();
  const first = await tiles(page).first().getAttribute('aria-label');
  // the tiles are one stop of the Tab key
  await waitFor('the focus on the first tile', async () => {
    await page.keyboard.press('Tab');
    return (await focused(page))?.split(':')[0] === first!.split(':')[0];
  });
  const order = await tiles(page).evaluateAll((all) =>
    all.map((tile) => tile.getAttribute('aria-label')!.split(':')[0]!),
  );
  for (const id of order.slice(1)) {
    await page.keyboard.press('ArrowRight');
    await untilFocused(page, id);
  }
  await page.keyboard.press('ArrowLeft');
  await untilFocused(page, order.at(-2)!);
  await page.keyboard.press('Home');
  await untilFocused(page, order[0]!);
  await page.keyboard.press('End');
  await untilFocused(page, order.at(-1)!);

  await page.keyboard.press('Enter');
  await page.getByRole('figure', { name: `${order.at(-1)}: live` }).waitFor();
  expect(new URL(page.url()).hash).toBe(`#/camera/${order.at(-1)}`);
  await keepScreenshot(page, 'large');
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('figure', { name: new RegExp(`^${order.at(-2)}: `) }).waitFor();
  await page.keyboard.press('Escape');
  await untilFocused(page, order.at(-2)!);

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard and terms' });
  await help.waitFor();
  await keepScreenshot(page, 'help');
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  await page.keyboard.press('f');
  await page.getByRole('figure', { name: new RegExp(`^${order.at(-2)}: `) }).waitFor();
});

describe.each([
  ['desk', DESK],
  ['phone', PHONE],
])('on a %s', (screen, settings) => {
  it.each(['light', 'dark'] as const)(
    '%s: nothing to scroll sideways, and axe-core finds nothing serious',
    async (colorScheme) => {
      const page = await chromium.open(system.dashboard, { ...settings, colorScheme });
      const look = (name: string) => expectTidy(page, `${name}-${screen}-${colorScheme}`);
      await live(page, 'walk-1').waitFor();
      await page.getByRole('contentinfo').getByText('Prometheus').waitFor();
      await look('grid');
      await page.goto(`${system.dashboard}/#/camera/walk-2`);
      await page.getByRole('figure', { name: 'walk-2: live' }).waitFor();
      await look('camera');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard and terms' }).waitFor();
      await look('help');
    },
  );
});

it('the address holds the view', async () => {
  const page = await chromium.open(`${system.dashboard}/#/camera/walk-3`);
  await page.getByRole('figure', { name: 'walk-3: live' }).waitFor();
  const other = await chromium.open(`${system.dashboard}/#/camera/no-such`);
  await other.getByText('There is no camera “no-such”.').waitFor();
});
