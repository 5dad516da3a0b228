/** How areas are drawn on the picture of a camera: by mouse, by thumb and by keyboard, in front of a stand-in for results-ws. */
import { waitFor } from '@framewire/runtime/process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openStandIn, SCREENS, type StandIn } from '../../dashboard/dev/stand-in.ts';
import { launchChromium } from '../../testkit/browser/launch.ts';

let browser: Browser;
let standIn: StandIn;
let page: Page;
beforeAll(async () => {
  browser = await launchChromium();
  standIn = await openStandIn(browser, 2);
});
afterAll(async () => {
  await browser.close();
  standIn.close();
});
beforeEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  [page] = (await standIn.visit('areas', [SCREENS.desk])) as [Page];
  // the headline moves what is below it once it is known
  await page.getByText('All well.', { exact: true }).waitFor();
  await stage().waitFor();
});

const stage = () => page.locator('figure');
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const message = () => page.locator('[role=status].message').textContent();
const saved = () => standIn.server.settings.of('door')!;

/** Presses a place of the picture, shares of its size. */
async function press(...places: [number, number][]): Promise<void> {
  const box = (await stage().boundingBox())!;
  for (const [x, y] of places) await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
}

async function drag(from: [number, number], to: [number, number]): Promise<void> {
  const { x, y, width, height } = (await stage().boundingBox())!;
  await page.mouse.move(x + from[0] * width, y + from[1] * height);
  await page.mouse.down();
  await page.mouse.move(x + ((from[0] + to[0]) / 2) * width, y + ((from[1] + to[1]) / 2) * height);
  await page.mouse.move(x + to[0] * width, y + to[1] * height);
  await page.mouse.up();
}

const near = ([x, y]: readonly number[]) => [expect.closeTo(x!, 1), expect.closeTo(y!, 1)];

async function save(): Promise<void> {
  await button('Save').click();
  await page.getByText('Saved.', { exact: true }).waitFor();
}

it('draws a zone by the mouse, takes its name and saves only what changed', async () => {
  await button('Zone').click();
  await press([0.1, 0.1], [0.3, 0.1], [0.3, 0.3], [0.1, 0.3]);
  await press([0.1, 0.1]); // at the first corner it is closed
  await page.keyboard.type('back door'); // the name has the focus
  await page.keyboard.press('Enter');
  const [request] = await Promise.all([page.waitForRequest((one) => one.method() === 'PATCH'), save()]);
  expect(Object.keys(request.postDataJSON() as object)).toEqual(['zones']);
  const zone = saved().zones!.at(-1)!;
  expect(zone.name).toBe('back-door');
  expect(zone.points).toEqual([near([0.1, 0.1]), near([0.3, 0.1]), near([0.3, 0.3]), near([0.1, 0.3])]);
  expect(await button('Save').count()).toBe(0);
});

it('snaps to the border of the picture', async () => {
  await button('Mask').click();
  await press([0.002, 0.99], [0.3, 0.997], [0.3, 0.8]);
  await page.keyboard.press('Enter');
  await save();
  const [first, second] = saved().masks!.at(-1)!.points;
  expect(first).toEqual([0, 1]);
  expect(second![1]).toBe(1);
});

it('draws a line by one stroke, and turns it around', async () => {
  await button('Line').click();
  await drag([0.2, 0.6], [0.4, 0.6]);
  await page.getByText('What goes down across it counts as in').waitFor();
  await button('Turn around').click();
  await page.getByText('What goes up across it counts as in').waitFor();
  await save();
  const line = saved().lines!.at(-1)!;
  expect([line.from, line.to]).toEqual([near([0.4, 0.6]), near([0.2, 0.6])]);
});

it('is used by the keyboard alone', async () => {
  await button('Zone').focus();
  await page.keyboard.press('Enter');
  const surface = page.getByRole('application');
  await surface.waitFor();
  await waitFor('the focus on the picture', () => surface.evaluate((one) => one === document.activeElement));
  const go = async (key: string, times: number) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };
  await page.keyboard.press('Space');
  await go('ArrowRight', 5);
  await page.keyboard.press('Space');
  await go('ArrowDown', 5);
  await page.keyboard.press('Space');
  await go('ArrowDown', 3);
  await page.keyboard.press('Space');
  await page.keyboard.press('Delete'); // takes the fourth back
  await page.keyboard.press('Enter');
  await page.getByLabel('Name').waitFor();
  const corner = page.getByRole('button', { name: /^Corner 3 of zone zone-3/ });
  await corner.focus();
  await go('ArrowLeft', 10);
  expect(await corner.getAttribute('aria-label')).toContain('50 % from the left, 60 % from the top');
  await save();
  expect(saved().zones!.at(-1)!.points).toEqual([
    [0.5, 0.5],
    [0.6, 0.5],
    [0.5, 0.6],
  ]);
  // of three corners none can be taken away
  await corner.focus();
  await page.keyboard.press('Delete');
  expect(await message()).toBe('Refused: a zone needs at least 3 corners.');
  await page.keyboard.press('Insert');
  await page.getByRole('button', { name: /^Corner 4 of zone zone-3/ }).waitFor();
  await page.keyboard.press('Delete');
  expect(await page.getByRole('button', { name: /^Corner \d of zone zone-3/ }).count()).toBe(3);
});

it('Escape ends a drawing, and then leads to the page of the camera', async () => {
  await button('Zone').click();
  await press([0.1, 0.1]);
  await page.keyboard.press('Escape');
  expect(await page.getByRole('application').count()).toBe(0);
  expect(page.url()).toMatch(/areas$/);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Areas and settings' }).waitFor();
  await page.getByRole('button', { name: 'Hide areas' }).click();
  await page.getByRole('button', { name: 'Show areas' }).waitFor();
});

it('refuses edges that cross, with a word', async () => {
  await button('Zone').click();
  await press([0.2, 0.1], [0.4, 0.1], [0.4, 0.3], [0.3, 0.02]);
  expect(await message()).toBe('Refused: the edges of a zone must not cross.');
  await press([0.2, 0.3]);
  await page.keyboard.press('Escape');
  // nor by dragging a corner across an edge: it goes back
  const row = page.getByRole('button', { name: /^zone parking/, expanded: false });
  await row.click();
  await drag([0.6, 0.45], [0.9, 0.95]);
  expect(await message()).toBe('Refused: the edges of a zone must not cross.');
  expect(await page.getByLabel('Corner 1, from the left, %').inputValue()).toBe('60');
  await page.getByLabel('Corner 1, from the left, %').fill('90');
  await page.getByLabel('Corner 1, from the top, %').fill('95');
  await page.keyboard.press('Tab');
  expect(await message()).toBe('Refused: the edges of a zone must not cross.');
  expect(await page.getByLabel('Corner 1, from the top, %').inputValue()).toBe('45');
});

it('drags a corner, adds one on an edge, and undoes and redoes both', async () => {
  await page.getByRole('button', { name: /^zone parking/, expanded: false }).click();
  await drag([0.98, 0.4], [0.9, 0.3]);
  await drag([0.94, 0.55], [0.99, 0.55]); // the dot in the middle of the second edge
  const top = (i: number) => page.getByLabel(`Corner ${i}, from the top, %`);
  expect(Number(await top(2).inputValue())).toBeCloseTo(30, 0);
  expect(await page.getByLabel(/^Corner \d, from the top, %/).count()).toBe(5);
  await page.keyboard.press('Control+z');
  expect(await page.getByLabel(/^Corner \d, from the top, %/).count()).toBe(4);
  await button('Undo').click();
  expect(await top(2).inputValue()).toBe('40');
  await page.keyboard.press('Control+y');
  await page.keyboard.press('Control+Shift+z');
  expect(await page.getByLabel(/^Corner \d, from the top, %/).count()).toBe(5);
});

it('keeps what is not saved until it is discarded, also over a reload', async () => {
  await page.getByRole('button', { name: /^line gate/, expanded: false }).click();
  await page.getByLabel('Name').fill('main-gate');
  await page.keyboard.press('Tab');
  await page.getByText('Not saved: lines.').waitFor();
  await page.reload();
  await page.getByText('Your changes from before are here again').waitFor();
  await page.getByRole('button', { name: /^line main-gate/, expanded: false }).waitFor();
  await button('Discard').click();
  await page.getByRole('button', { name: /^line gate/, expanded: false }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: /^line gate/, expanded: false }).waitFor();
  expect(await page.getByText('Not saved').count()).toBe(0);
});

it('follows what somebody else sets, and warns where both changed the same', async () => {
  const before = saved();
  standIn.server.settings.set('door', { ...before, lines: [] });
  await page.getByRole('button', { name: /^line gate/, expanded: false }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^mask 1/, expanded: false }).click();
  await button('Delete mask 1').click();
  await page.getByText('Not saved: masks.').waitFor();
  const theirs = { points: before.zones![0]!.points };
  standIn.server.settings.set('door', { ...before, lines: [], hours: undefined, masks: [theirs] });
  await page.getByText('Always.').waitFor();
  await page.getByText('Somebody else has changed masks since.').waitFor();
  await button('Discard').click();
  await page.getByRole('button', { name: /^mask 1 5 corners/, expanded: false }).waitFor();
});

it("shows the server's refusal at the field that it names", async () => {
  standIn.server.settings.refusal = 'zones.1.name: no zone can be called parking here';
  await page.getByRole('button', { name: /^zone parking/, expanded: false }).click();
  await page.getByLabel('Corner 1, from the left, %').fill('55');
  await page.keyboard.press('Tab');
  await button('Save').click();
  const alert = page.getByRole('alert').filter({ hasText: 'no zone can be called parking here' });
  await alert.waitFor();
  expect(await page.locator('li', { has: alert }).first().textContent()).toContain('zone parking');
  expect(await message()).toMatch(/^Not saved\./);
  standIn.server.settings.refusal = undefined;
  await save();
});

it('names what is wrong before it asks the server', async () => {
  await page.getByRole('button', { name: /^zone parking/, expanded: false }).click();
  await page.getByLabel('Name').fill('entrance');
  await page.keyboard.press('Tab');
  await page.getByText('Two zones have the same name.').waitFor();
  await button('Save').click();
  expect(await message()).toBe('Not saved: two zones have the same name.');
});

it('sets hours, motion and detection, and draws dashed what would be ignored', async () => {
  await page.getByText('Mon to Fri 18:00 to 06:00.').waitFor();
  await page.getByLabel('Sat').check({ force: true });
  await page.getByText('Mon to Sat 18:00 to 06:00.').waitFor();
  await page.getByLabel('Detect only frames in which something moves').uncheck();
  await page.getByLabel('Lowest score').fill('100');
  await page
    .getByText(/face 0\.\d\d score too low/)
    .first()
    .waitFor();
  expect(await page.locator('.dashed rect').count()).toBeGreaterThan(0);
  await save();
  expect(saved()).toMatchObject({ detection: { min_score: 1 } });
  expect(saved().hours![0]!.days).toEqual(['mon', 'tue', 'wed', 'thu', 'fri', 'sat']);
  expect(saved().motion).toBeUndefined();
});

it('has corners for a thumb on a phone', async () => {
  await page.context().close();
  [page] = (await standIn.visit('areas', [SCREENS.phone])) as [Page];
  await page.getByRole('button', { name: 'zone entrance', exact: true }).tap();
  const corner = page.getByRole('button', { name: /^Corner 1 of zone entrance/ });
  const { width, height } = (await corner.boundingBox())!;
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
  await button('Line').tap();
  const box = (await stage().boundingBox())!;
  for (const [x, y] of [
    [0.2, 0.2],
    [0.7, 0.2],
  ] as const)
    await page.touchscreen.tap(box.x + x * box.width, box.y + y * box.height);
  await page.getByText('The line is drawn.').waitFor();
  await save();
  expect(saved().lines!.at(-1)!.from).toEqual(near([0.2, 0.2]));
});
