/** Takes every situation and view on a desk and on a phone, light and dark: `node dashboard/dev/screenshots.mjs FOLDER [name...]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';

const [folder, ...only] = process.argv.slice(2);
if (!folder) throw new Error('usage: screenshots.mjs FOLDER [situation, view or step, ...]');
mkdirSync(folder, { recursive: true });

const { module } = await runnerImport(join(import.meta.dirname, 'stand-in.ts'), { logLevel: 'error' });
const { launchChromium, NAMES, openStandIn, SCREENS } = module;
const unknown = only.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: allowed: ${NAMES.join(', ')}`);
const browser = await launchChromium();
const standIn = await openStandIn(browser);
/** Rates and charts need a few samples. */
const SETTLE_MS = 3000;
try {
  for (const name of only.length > 0 ? only : NAMES) {
    const pages = await standIn.visit(name, Object.values(SCREENS));
    await pages[0].waitForTimeout(SETTLE_MS);
    for (const [i, screen] of Object.keys(SCREENS).entries())
      for (const colorScheme of ['light', 'dark']) {
        await pages[i].emulateMedia({ colorScheme });
        await pages[i].waitForTimeout(300);
        await pages[i].screenshot({ path: join(folder, `${name}-${screen}-${colorScheme}.png`) });
      }
    await Promise.all(pages.map((page) => page.context().close()));
  }
} finally {
  await browser.close();
  standIn.close();
}
