/** The built page in fixed situations, in front of a stand-in for results-ws: nobody is kept out, and nothing overflows. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMES, openStandIn, SCREENS, type StandIn } from '../../dashboard/dev/stand-in.ts';
import { launchChromium } from '../../testkit/browser/launch.ts';
import { accessibilityFindings } from '../browser/axe.ts';

/** Visits at a time; each has a stand-in of its own. */
const PARALLEL = 3;
const MAX_FPS = 2;
const free: StandIn[] = [];
const waiting: ((standIn: StandIn) => void)[] = [];
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
  free.push(...(await Promise.all(Array.from({ length: PARALLEL }, () => openStandIn(browser, MAX_FPS)))));
});
afterAll(async () => {
  await browser.close();
  for (const standIn of free) standIn.close();
});

/** By name: the tag of their category has a rule that axe-core leaves off. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

async function withStandIn(use: (standIn: StandIn) => Promise<void>): Promise<void> {
  const standIn = free.pop() ?? (await new Promise<StandIn>((resolve) => waiting.push(resolve)));
  try {
    await use(standIn);
  } finally {
    const next = waiting.shift();
    if (next) next(standIn);
    else free.push(standIn);
  }
}

describe.concurrent('on a desk and on a phone, light and dark, axe-core finds nothing, nothing overflows and no page throws', () => {
  it.each(NAMES)('%s', (name) =>
    withStandIn(async (standIn) => {
      const pages = await standIn.visit(name, Object.values(SCREENS));
      const findings: string[] = [];
      for (const [i, page] of pages.entries()) {
        const screen = Object.keys(SCREENS)[i];
        await page.emulateMedia({ colorScheme: 'light' });
        for (const one of await accessibilityFindings(page)) findings.push(`${screen}, light: ${one}`);
        // the themes differ in colours alone
        await page.emulateMedia({ colorScheme: 'dark' });
        for (const one of await accessibilityFindings(page, OF_COLOURS)) findings.push(`${screen}, dark: ${one}`);
        const overflow = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return scrollWidth - clientWidth;
        });
        if (overflow > 0) findings.push(`${screen}: ${overflow} pixels wider than the screen`);
        const cut = await page.getByRole('navigation', { name: 'Pages', exact: true }).evaluate((nav) => {
          const { right } = nav.getBoundingClientRect();
          const entries = [...nav.querySelectorAll(':is(a, button)')].filter((entry) => entry.checkVisibility());
          return entries
            .filter((entry) => entry.getBoundingClientRect().right > right || entry.scrollWidth > entry.clientWidth)
            .map((entry) => entry.textContent?.trim());
        });
        if (cut.length > 0) findings.push(`${screen}: the entries of these pages are cut off: ${cut.join(', ')}`);
      }
      await Promise.all(pages.map((page) => page.context().close()));
      findings.push(...standIn.errors.splice(0));
      expect(findings).toEqual([]);
    }),
  );
});
