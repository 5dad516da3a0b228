import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { DESK, launchChromium } from '../../testkit/browser/launch.ts';

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
