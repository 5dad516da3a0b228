import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { runnerImport } from 'vite';

export const SCREENS = {
  desk: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

const load = async (file) => (await runnerImport(join(import.meta.dirname, file), { logLevel: 'error' })).module;

const AT_HOME = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser before the stand-in. `visit` opens a page of its own in a situation or a view; errors of the page end the program. */
export async function openStandIn() {
  const { startDevServer } = await load('server.ts');
  const { SITUATIONS } = await load('states.ts');
  const { VIEWS } = await load('views.ts');
  const server = await startDevServer();
  const browser = await chromium.launch({
    executablePath: process.env.FRAMEWIRE_CHROMIUM ?? '/usr/bin/chromium',
    // Chromium's own sandbox needs what root in a container has not.
    args: process.getuid?.() === 0 ? [...AT_HOME, '--no-sandbox'] : AT_HOME,
  });

  async function visit(name, settings) {
    const view = VIEWS[name];
    const state = view?.situation ?? name;
    const situation = SITUATIONS[state];
    // What was seen before belongs to some situations.
    const ends = situation?.away || situation?.still === 'stopped';
    await server.set(situation && !ends ? state : 'normal');
    const context = await browser.newContext(settings);
    const page = await context.newPage();
    page.on('pageerror', (error) => {
      throw error;
    });
    await page.goto(`http://127.0.0.1:${server.port}/${view?.hash ?? ''}`);
    await page.waitForFunction(() => !/^Connect/.test(document.querySelector('h1')?.textContent.trim() ?? 'Connect'));
    // Rates and charts are made of more than one look.
    await page.waitForTimeout(situation?.shed ? 4500 : 2000);
    if (ends) {
      await server.set(state);
      await page.waitForTimeout(4200);
    }
    return page;
  }

  return {
    server,
    visit,
    names: [...Object.keys(SITUATIONS), ...Object.keys(VIEWS), ...Object.keys(STEPS)],
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** What a person does in the normal situation. */
export const STEPS = {
  large: (page) => page.keyboard.press('f'),
  hover: (page) => page.keyboard.press('ArrowRight'),
  help: (page) => page.keyboard.press('?'),
  menu: (page) => page.getByRole('button', { name: 'Menu' }).click(),
  /** The very frame that is seen: its picture is at hand. */
  async 'this-frame'(page) {
    await page.keyboard.press('f');
    await page.locator('figure').waitFor();
    await page.keyboard.press('i');
    await page.getByText('Its way').waitFor();
  },
  async 'own-range'(page) {
    await page.goto(`${page.url()}#/history?from=now-1h&to=now&series=rate`);
    await page.getByRole('button', { name: 'own' }).click();
  },
  async share(page) {
    await STEPS.menu(page);
    await page.getByRole('button', { name: 'Share this browser' }).click();
  },
};
