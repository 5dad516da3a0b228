import type { Page } from 'playwright-core';

/** What a person does in the normal situation. */
export const STEPS: Record<string, (page: Page) => Promise<void>> = {
  async large(page) {
    await firstTile(page);
    await page.keyboard.press('f');
  },
  async hover(page) {
    await firstTile(page);
    await page.keyboard.press('ArrowRight');
  },
  help: (page) => page.keyboard.press('?'),
  menu: (page) => page.getByRole('button', { name: 'Menu' }).click(),
  /** The frame on screen, with its picture. */
  async 'this-frame'(page) {
    await firstTile(page);
    await page.keyboard.press('f');
    await page.getByRole('button', { name: 'This frame' }).click();
    await page.getByRole('heading', { name: /^Latency breakdown/ }).waitFor();
  },
  async 'custom-range'(page) {
    await page.goto(`${page.url()}#/history?from=now-1h&to=now&series=rate`);
    await page.getByRole('button', { name: 'Custom' }).click();
  },
  async share(page) {
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('button', { name: 'Share this browser' }).click();
  },
};

const firstTile = (page: Page) => page.locator('[aria-label="Cameras"] button').first().waitFor();
