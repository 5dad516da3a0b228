/** Takes every situation and view on a desk and on a phone, light and dark: `node dashboard/dev/screenshots.mjs FOLDER [name...]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStandIn, SCREENS, STEPS } from './browser.mjs';

const [folder, ...only] = process.argv.slice(2);
if (!folder) throw new Error('usage: screenshots.mjs FOLDER [situation, view or step, ...]');
mkdirSync(folder, { recursive: true });

const standIn = await openStandIn();
try {
  for (const name of standIn.names) {
    if (only.length > 0 && !only.includes(name)) continue;
    for (const [screen, settings] of Object.entries(SCREENS)) {
      const page = await standIn.visit(name, settings);
      await STEPS[name]?.(page);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(1200);
        await page.screenshot({ path: join(folder, `${name}-${screen}-${colorScheme}.png`) });
      }
      await page.context().close();
    }
  }
} finally {
  await standIn.close();
}
