/** Takes every situation on a desk and on a phone, light and dark: `node dashboard/dev/screenshots.mjs FOLDER [name...]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { runnerImport } from 'vite';

const [folder, ...only] = process.argv.slice(2);
if (!folder) throw new Error('usage: screenshots.mjs FOLDER [situation or step, ...]');
mkdirSync(folder, { recursive: true });

const load = async (file) => (await runnerImport(join(import.meta.dirname, file), { logLevel: 'error' })).module;
const { startDevServer } = await load('server.ts');
const { SITUATIONS } = await load('states.ts');
const SCREENS = {
  desk: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};
/** What a person does in the normal situation before the picture is taken. */
const STEPS = {
  large: async (page) => page.keyboard.press('f'),
  hover: async (page) => page.locator('[aria-label="Cameras"] button').first().focus(),
  help: async (page) => page.keyboard.press('?'),
  menu: async (page) => page.getByRole('button', { name: 'Menu' }).click(),
  share: async (page) => {
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('button', { name: 'Share this browser' }).click();
  },
};

const server = await startDevServer();
const browser = await chromium.launch({
  executablePath: process.env.FRAMEWIRE_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  for (const name of [...Object.keys(SITUATIONS), ...Object.keys(STEPS)]) {
    if (only.length > 0 && !only.includes(name)) continue;
    for (const [screen, settings] of Object.entries(SCREENS))
      for (const colorScheme of ['light', 'dark']) await take(name, screen, { ...settings, colorScheme });
  }
} finally {
  await browser.close();
  server.close();
}

async function take(name, screen, settings) {
  const situation = SITUATIONS[name];
  // What was seen before belongs to some situations.
  const ends = situation?.away || situation?.still === 'stopped';
  await server.set(situation && !ends ? name : 'normal');
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`${name}: ${error}`));
  await page.goto(`http://127.0.0.1:${server.port}/`);
  await page.waitForTimeout(name === 'overload' ? 4500 : 2500);
  if (ends) {
    await server.set(name);
    await page.waitForTimeout(4200);
  }
  if (STEPS[name]) {
    await STEPS[name](page);
    await page.waitForTimeout(1200);
  }
  await page.screenshot({ path: join(folder, `${name}-${screen}-${settings.colorScheme}.png`) });
  await context.close();
}
