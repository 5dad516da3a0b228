import type { Page } from 'playwright-core';

/** What a person does in the normal situation. */
export const STEPS: Record<string, (page: Page) => Promise<void>> = {
  'notifications-form': (page) => page.getByRole('button', { name: 'Edit Person at the door' }).click(),
  'notifications-test': (page) => page.getByRole('button', { name: 'Test Person at the door' }).click(),
  'cameras-add': addCamera,
  async 'cameras-tested'(page) {
    await addCamera(page);
    await page.getByRole('button', { name: 'Test the address' }).click();
    await page.getByRole('img', { name: 'What the address shows' }).waitFor();
  },
  'cameras-edit': (page) => page.getByRole('button', { name: 'Edit Front door' }).click(),
  'cameras-rename': (page) => page.getByRole('button', { name: 'Rename Front door' }).click(),
  async large(page) {
    await firstTile(page);
    await page.keyboard.press('f');
  },
  async hover(page) {
    await firstTile(page);
    await page.keyboard.press('ArrowRight');
  },
  help: (page) => page.keyboard.press('?'),
  /** A wide screen needs no such entry. */
  async more(page) {
    const button = page.getByRole('button', { name: 'More pages' });
    if (await button.isVisible()) await button.click();
  },
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
  async 'areas-drawing'(page) {
    await page.getByRole('button', { name: 'Zone', exact: true }).click();
    const box = (await page.getByRole('application').boundingBox())!;
    for (const [x, y] of [
      [0.3, 0.2],
      [0.6, 0.25],
      [0.55, 0.6],
    ] as const)
      await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
    await page.mouse.move(box.x + 0.35 * box.width, box.y + 0.6 * box.height);
  },
  async 'areas-changed'(page) {
    await page.getByRole('button', { name: /^zone parking/, expanded: false }).click();
    await page.getByLabel('Corner 1, from the left, %').fill('55');
    await page.getByLabel('Name').fill('parking lot');
    await page.keyboard.press('Tab');
  },
  async 'areas-settings'(page) {
    await page.getByRole('heading', { name: 'Motion' }).scrollIntoViewIfNeeded();
    await page.getByRole('button', { name: 'Add a span' }).click();
  },
};

async function addCamera(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add a camera' }).click();
  await page.getByLabel('Address', { exact: true }).fill('rtsp://admin:secret@10.0.4.18/stream');
  await page.getByLabel('Name', { exact: true }).fill('Back garden');
}

const firstTile = (page: Page) => page.locator('[aria-label="Cameras"] button').first().waitFor();
