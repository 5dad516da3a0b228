/**
 * Takes the pictures for the documentation from a running system:
 * `npm start`, then `node e2e/screenshots.mjs FOLDER [http://127.0.0.1:8090]`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';

const [folder, dashboard = 'http://127.0.0.1:8090'] = process.argv.slice(2);
if (!folder) throw new Error('usage: screenshots.mjs FOLDER [dashboard]');
mkdirSync(folder, { recursive: true });
const { module } = await runnerImport(join(import.meta.dirname, 'browser/launch.ts'), { logLevel: 'error' });
const { DESK, PHONE, launchChromium } = module;

const { cameras } = await (await fetch(`${dashboard}/api/cameras`)).json();
const first = cameras.map(({ camera_id }) => camera_id).sort()[0];
if (!first) throw new Error(`${dashboard} knows no camera`);

const PICTURES = [
  { name: 'dashboard', settings: { ...DESK, deviceScaleFactor: 2 }, view: '' },
  { name: 'dashboard-dark', settings: { ...DESK, deviceScaleFactor: 2, colorScheme: 'dark' }, view: '' },
  { name: 'camera', settings: { ...DESK, deviceScaleFactor: 2 }, view: `#/camera/${first}` },
  { name: 'phone', settings: PHONE, view: '' },
];

/** The rates and ages of the first moments are of little account, milliseconds. */
const SETTLE = 8_000;

const browser = await launchChromium();
try {
  for (const { name, settings, view } of PICTURES) {
    const context = await browser.newContext(settings);
    const page = await context.newPage();
    await page.goto(`${dashboard}/${view}`);
    await page.locator('svg rect').first().waitFor({ state: 'attached' });
    if (!view) await page.locator('.value', { hasText: /^\d+ ms p95$/ }).waitFor();
    await page.waitForTimeout(SETTLE);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    process.stdout.write(`${join(folder, `${name}.png`)}\n`);
    await context.close();
  }
} finally {
  await browser.close();
}
