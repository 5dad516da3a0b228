import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { ARTIFACTS } from '../system/paths.ts';

export const DESK = { viewport: { width: 1280, height: 800 } } satisfies BrowserContextOptions;
export const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} satisfies BrowserContextOptions;

/** Chromium, without anything it does on its own. `FRAMEWIRE_CHROMIUM` names another than Debian's. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.FRAMEWIRE_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/**
 * One Chromium for a file's tests. `open` gives a page of a fresh profile, which is closed after its test; a test whose page
 * threw an error fails.
 */
export function useChromium(): { open(url: string, options?: BrowserContextOptions): Promise<Page> } {
  let browser: Browser;
  const errors: string[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(errors.splice(0)).toEqual([]);
  });
  return {
    async open(url, options = DESK) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      page.on('pageerror', (error) => errors.push(String(error)));
      page.setDefaultTimeout(30_000);
      await page.goto(url);
      return page;
    },
  };
}

/** Leaves a picture of the page for people to look at. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });
}
