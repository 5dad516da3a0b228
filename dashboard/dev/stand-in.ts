import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { PHONE } from '../../testkit/browser/launch.ts';
import { type DevServer, startDevServer } from './server.ts';
import { SITUATIONS } from './states.ts';
import { STEPS } from './steps.ts';
import { VIEWS } from './views.ts';

export { launchChromium } from '../../testkit/browser/launch.ts';

export const SCREENS = {
  desk: { viewport: { width: 1440, height: 900 } },
  phone: PHONE,
} satisfies Record<string, BrowserContextOptions>;

/** Everything that can be shown: situations (the overview in each), views and steps. */
export const NAMES = [...new Set([...Object.keys(SITUATIONS), ...Object.keys(VIEWS), ...Object.keys(STEPS)])];

/** How long pictures must be missing to count as old, milliseconds. */
const UNTIL_OLD_MS = 4200;

export interface StandIn {
  server: DevServer;
  /** Opens what `name` says once for each of these screens. The caller closes the contexts. */
  visit(name: string, screens: BrowserContextOptions[]): Promise<Page[]>;
  /** What its pages threw, from the first script on; the caller empties it. */
  readonly errors: string[];
  close(): void;
}

/** The built page in front of a stand-in for results-ws. @param maxFps limits the cameras' frame rates. */
export async function openStandIn(browser: Browser, maxFps?: number): Promise<StandIn> {
  const server = await startDevServer(0, maxFps);
  const errors: string[] = [];

  async function open(hash: string, screen: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext(screen);
    const page = await context.newPage();
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`http://127.0.0.1:${server.port}/${hash}`);
    await untilLoaded(page);
    return page;
  }

  return {
    server,
    async visit(name, screens) {
      const view = VIEWS[name];
      const state = view?.situation ?? name;
      const situation = SITUATIONS[state];
      // these are seen by a page that was open before
      const isLater = situation?.away || situation?.still === 'stopped';
      await server.set(situation && !isLater ? state : 'normal');
      const pages = await Promise.all(screens.map((screen) => open(view?.hash ?? '', screen)));
      if (isLater) {
        await server.set(state);
        await pages[0]!.waitForTimeout(UNTIL_OLD_MS);
      }
      for (const page of pages) await STEPS[name]?.(page);
      return pages;
    },
    errors,
    close: () => server.close(),
  };
}

/** The headline is there, and nothing is being loaded any more. */
const untilLoaded = (page: Page) =>
  page.waitForFunction(() => {
    const headline = document.querySelector('h1')?.textContent?.trim() ?? '';
    const texts = [...document.querySelectorAll('main :is(h3, p)')].map((one) => one.textContent?.trim() ?? '');
    return headline !== '' && !headline.startsWith('Connect') && !texts.some((text) => /^Loading\b/.test(text));
  });
