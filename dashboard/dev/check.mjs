/**
 * Holds the built page against what it promises, in a browser: `node dashboard/dev/check.mjs [name...]`,
 * where names are situations, views or steps (for axe-core) or checks below.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openStandIn, SCREENS, STEPS } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const only = process.argv.slice(2);
const isWanted = (name) => only.length === 0 || only.includes(name);
const standIn = await openStandIn();
let wrong = 0;

function report(name, problems) {
  wrong += problems.length;
  console.log(`${problems.length === 0 ? 'ok   ' : 'WRONG'} ${name}${problems.map((p) => `\n        ${p}`).join('')}`);
}

const say = (what, is) => (is ? [] : [what]);
const verdictOf = async (page) => (await page.locator('h1').textContent()).trim();
const isFocused = (page, name) =>
  page
    .waitForFunction((start) => document.activeElement.ariaLabel?.startsWith(start), name, { timeout: 5000 })
    .then(
      () => true,
      () => false,
    );

function countDraws() {
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  window.draws = 0;
  CanvasRenderingContext2D.prototype.drawImage = function drawImage(...what) {
    window.draws++;
    return draw.apply(this, what);
  };
}
const draws = (page) => page.evaluate(() => window.draws);

async function accessibility(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
  );
}

const CHECKS = {
  /** Nothing is complained of: what the page's policy forbids, what cannot be loaded. */
  async console(page) {
    const problems = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text());
    });
    await page.reload();
    await page.waitForTimeout(4000);
    return problems;
  },

  async keys(page) {
    const problems = [];
    await page.locator('[aria-label="Cameras"] button').first().waitFor();
    await page.keyboard.press('ArrowRight');
    problems.push(...say('an arrow leads to the first camera', await isFocused(page, 'door')));
    await page.keyboard.press('ArrowRight');
    problems.push(...say('the next arrow to the second', await isFocused(page, 'entrance')));
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineWidth);
    problems.push(...say(`focus is seen: ${outline}`, Number.parseFloat(outline) >= 2));
    await page.keyboard.press('Enter');
    await page.locator('figure').waitFor();
    problems.push(...say('the address holds the camera', page.url().endsWith('#/camera/entrance')));
    await page.keyboard.press('ArrowRight');
    await page.locator('figure[aria-label^="hall"]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('figure').waitFor({ state: 'detached' });
    problems.push(...say('Esc leads back to where one was', await isFocused(page, 'hall')));
    await page.keyboard.press('?');
    problems.push(...say('? helps', await page.getByRole('dialog', { name: 'Keys' }).isVisible()));
    await page.keyboard.press('f');
    problems.push(...say('keys end at the dialog', page.url().endsWith('#/')));
    await page.goBack();
    problems.push(...say('back is the browser’s own', page.url().endsWith('#/camera/hall')));
    // the help is still open
    await page.keyboard.press('Escape');
    await page.locator('figure').waitFor();
    await page.waitForTimeout(1500);
    await page.keyboard.press('i');
    await page.getByText('Its way').waitFor();
    problems.push(...say('i leads to the frame that was seen', /#\/frame\/[\w-]{36}$/.test(page.url())));
    await page.keyboard.press('Escape');
    await page.locator('figure').waitFor();
    problems.push(...say('Esc leads back to its camera', page.url().endsWith('#/camera/hall')));
    await page.keyboard.press('2');
    await page.getByRole('heading', { name: 'Frames', exact: true }).waitFor();
    const focused = await page.evaluate(() => document.activeElement.textContent);
    problems.push(...say(`2 leads to the frames, and the focus with it: ${focused}`, focused === 'Frames'));
    return problems;
  },

  /** The charts' code is asked for where there is a chart, and a chart that is there is drawn. */
  async charts(page) {
    const loaded = () =>
      page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => /\/plot-.*\.js$/.test(name)));
    const before = await loaded();
    await page.keyboard.press('4');
    await page.locator('.u-legend').first().waitFor();
    const lines = await page.evaluate(() => {
      const { width, height } = document.querySelector('.uplot canvas');
      const { data } = document.querySelector('.uplot canvas').getContext('2d').getImageData(0, 0, width, height);
      return data.some((value) => value > 0);
    });
    return [
      ...say('the overview does without them', !before),
      ...say('the history has them', await loaded()),
      ...say('something is drawn', lines),
    ];
  },

  /** The browser hides no tab of a test: the page is told so as it would be. */
  async hidden(page) {
    const hide = (hidden) =>
      page.evaluate((is) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => is });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    const before = standIn.server.watched();
    await hide(true);
    await page.waitForTimeout(5000);
    const meanwhile = standIn.server.watched();
    const verdict = await verdictOf(page);
    await hide(false);
    await page.waitForTimeout(1500);
    return [
      ...say(`all are watched at first: ${before}`, before.join() === '*'),
      ...say(`none is while the tab is hidden: ${meanwhile}`, meanwhile.join() === ''),
      ...say(`hidden is no trouble: ${verdict}`, /^(All well|Pictures are late)/.test(verdict)),
      ...say(`all are again: ${standIn.server.watched()}`, standIn.server.watched().join() === '*'),
    ];
  },

  /** On a phone most tiles are out of sight: their pictures are not asked for, and that is no trouble either. */
  async 'out-of-sight'(page) {
    await page.setViewportSize(SCREENS.phone.viewport);
    await page.waitForTimeout(4000);
    const [watched] = standIn.server.watched();
    return [
      ...say(`only what is in sight is watched: ${watched}`, Array.isArray(watched) && watched.length < 8),
      ...say(
        `nothing is missed: ${await verdictOf(page)}`,
        /^(All well|Pictures are late)/.test(await verdictOf(page)),
      ),
    ];
  },

  async text(page) {
    const perSecond = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const changes = new Map();
          const observer = new MutationObserver((records) => {
            for (const { target } of records) changes.set(target, (changes.get(target) ?? 0) + 1);
          });
          observer.observe(document.body, { characterData: true, subtree: true });
          const began = performance.now();
          const rate = () => (1000 * Math.max(0, ...changes.values())) / (performance.now() - began);
          setTimeout(() => resolve(rate()), 10_000);
        }),
    );
    return say(`text changes at most twice a second: ${perSecond} times`, perSecond > 0 && perSecond < 2.15);
  },

  /** By the CPU time of the page's main thread: what waits for a CPU on a busy machine is not the page's doing. */
  async 'long-tasks'(page) {
    await standIn.server.set('sixteen-cameras');
    await page.waitForTimeout(5000);
    const session = await page.context().newCDPSession(page);
    const events = [];
    session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
    const done = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    const before = await draws(page);
    await session.send('Tracing.start', { traceConfig: { includedCategories: ['toplevel', '__metadata'] } });
    await page.waitForTimeout(20_000);
    await session.send('Tracing.end');
    await done;
    const main = events.find(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
    const tasks = events
      .filter(({ name, pid, tid, tdur }) => name.endsWith('RunTask') && pid === main.pid && tid === main.tid && tdur)
      .map(({ tdur }) => tdur / 1000)
      .sort((a, b) => b - a);
    const busy = tasks.reduce((sum, ms) => sum + ms, 0) / 20_000;
    const rate = ((await draws(page)) - before) / 20;
    const longest = tasks.slice(0, 3).map((ms) => ms.toFixed(1));
    console.log(
      `      ${rate} pictures/s drawn, main thread ${(busy * 100).toFixed(0)} % busy, longest tasks ${longest} ms`,
    );
    return say(`no task takes longer than 50 ms: ${longest}`, tasks.length > 0 && tasks[0] <= 50);
  },
};

try {
  for (const name of standIn.names.filter(isWanted))
    for (const [screen, settings] of Object.entries(SCREENS)) {
      const page = await standIn.visit(name, settings);
      await STEPS[name]?.(page);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(500);
        report(`${name}, ${screen}, ${colorScheme}`, await accessibility(page));
      }
      await page.context().close();
    }
  for (const [name, check] of Object.entries(CHECKS).filter(([name]) => isWanted(name))) {
    const page = await standIn.visit('normal', SCREENS.desk);
    await page.addInitScript(countDraws);
    await page.reload();
    await page.waitForTimeout(2000);
    report(name, await check(page));
    await page.context().close();
  }
} finally {
  await standIn.close();
}
process.exitCode = wrong > 0 ? 1 : 0;
