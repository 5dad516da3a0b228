import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { seriousFindings } from './axe.ts';
import { keepScreenshot } from './launch.ts';

/** Keeps a screenshot of the page as it is, with nothing to scroll sideways and nothing serious for axe-core to find. */
export async function expectTidy(page: Page, name: string): Promise<void> {
  await keepScreenshot(page, name);
  const [inner, outer] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  expect(inner).toBeLessThanOrEqual(outer!);
  expect(await seriousFindings(page)).toEqual([]);
}
