/**
 * Takes the pictures for the documentation from a running system:
 * `npm start`, then `node e2e/screenshots.mjs FOLDER [http://127.0.0.1:8090 [name...]]`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';

const [folder, dashboard = 'http://127.0.0.1:8090', ...only] = process.argv.slice(2);
if (!folder) throw new Error('usage: screenshots.mjs FOLDER [dashboard]');
mkdirSync(folder, { recursive: true });
const { module } = await runnerImport(join(import.meta.dirname, '../testkit/browser/launch.ts'), { logLevel: 'error' });
const { DESK, PHONE, launchChromium } = module;

const { cameras } = await (await fetch(`${dashboard}/api/cameras`)).json();
const first = cameras.map(({ camera_id }) => camera_id).sort()[0];
if (!first) throw new Error(`${dashboard} knows no camera`);

const LARGE = { ...DESK, deviceScaleFactor: 2 };
const BOXES = (page) => page.locator('svg rect').first().waitFor({ state: 'attached' });
const CHART = (page) => page.locator('.u-legend').first().waitFor();
const PICTURES = [
  { name: 'dashboard', settings: LARGE, view: '' },
  { name: 'dashboard-dark', settings: { ...LARGE, colorScheme: 'dark' }, view: '' },
  { name: 'phone', settings: PHONE, view: '' },
  { name: 'camera', settings: LARGE, view: `#/camera/${first}` },
  {
    name: 'areas',
    settings: LARGE,
    view: `#/camera/${first}/areas`,
    async ready(page) {
      await BOXES(page);
      const areas = page.getByRole('region', { name: 'Areas' }).getByRole('listitem').getByRole('button');
      if ((await areas.count()) > 0) await areas.first().click();
    },
  },
  {
    name: 'frame',
    settings: LARGE,
    view: `#/camera/${first}`,
    async ready(page) {
      await page.getByRole('button', { name: 'This frame' }).click();
      await page.getByRole('heading', { name: /^Latency breakdown/ }).waitFor();
    },
  },
  { name: 'frames', settings: LARGE, view: '#/frames', ready: (page) => page.getByRole('row').nth(1).waitFor() },
  {
    name: 'replicas',
    settings: LARGE,
    view: '#/replicas',
    ready: (page) => page.getByRole('article').first().waitFor(),
  },
  { name: 'history', settings: LARGE, view: '#/history?from=now-15m&to=now', ready: CHART },
  {
    name: 'history-dark',
    settings: { ...LARGE, colorScheme: 'dark' },
    view: '#/history?from=now-15m&to=now',
    ready: CHART,
  },
  { name: 'diagnosis', settings: LARGE, view: '#/diagnosis', ready: CHART },
  {
    name: 'incidents',
    settings: LARGE,
    view: '#/incidents',
    ready: (page) => page.getByRole('listitem').first().waitFor(),
  },
];

/** The rates and ages of the first moments are of little account, milliseconds. */
const SETTLE = 8_000;

const browser = await launchChromium();
try {
  for (const { name, settings, view, ready = BOXES } of PICTURES) {
    if (only.length > 0 && !only.includes(name)) continue;
    const context = await browser.newContext(settings);
    const page = await context.newPage();
    await page.goto(`${dashboard}/${view}`);
    await ready(page);
    if (!view) await page.locator('.value', { hasText: /^\d+ ms p95$/ }).waitFor();
    await page.waitForTimeout(SETTLE);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    process.stdout.write(`${join(folder, `${name}.png`)}\n`);
    await context.close();
  }
} finally {
  await browser.close();
}
