/** The pages behind the overview, in a browser before the real system: each value leads to what it is made of. */
import { frameAnswer, latencyAnswer } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DESK, keepScreenshot } from '../../testkit/browser/launch.ts';
import { putCamera, removeCameras } from '../../testkit/system/cameras.ts';
import { useChromium } from '../browser/use.ts';

const system = inject('system');
const chromium = useChromium();
const CAMERAS = ['page-1', 'page-2'];
beforeAll(() => Promise.all(CAMERAS.map((id) => putCamera(system, id, { url: 'demo:', fps: 3 }))));
afterAll(() => removeCameras(system, ...CAMERAS));

const open = (hash: string, settings: BrowserContextOptions = DESK) =>
  chromium.open(`${system.dashboard}/${hash}`, settings);
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 2, name });
const hashOf = (page: Page) => new URL(page.url()).hash;
const untilHash = (page: Page, hash: RegExp) => waitFor(`${hash} in the address`, () => hash.test(hashOf(page)));
/** Frames were detected and Prometheus has looked twice. */
const TIMEOUT = { timeout: 60_000 };

describe('the navigation', () => {
  it('leads to each page, by a click and by a key', async () => {
    const page = await open('#/');
    const nav = page.getByRole('navigation', { name: 'Pages', exact: true });
    const pages = ['Frames', 'Replicas', 'History', 'Incidents'];
    for (const name of pages) {
      await nav.getByRole('link', { name }).click();
      await heading(page, name).waitFor();
      expect(await nav.locator('[aria-current=page]:visible').textContent()).toContain(name);
      expect(await page.title()).toContain(name);
    }
    for (const [i, name] of pages.entries()) {
      await page.keyboard.press(String(i + 2));
      await heading(page, name).waitFor();
    }
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Cameras' }).waitFor();
    expect(hashOf(page)).toBe('#/');
  });

  it('does not lead to what the system was not started for', async () => {
    const page = await open('#/faults');
    await page.getByText('Fault injection is off').waitFor();
    expect(await page.getByRole('link', { name: 'Faults' }).count()).toBe(0);
  });
});

describe('a frame', () => {
  it('that is seen has its whole latency breakdown, which adds up to its age', async () => {
    const page = await open('#/camera/page-1');
    await page.getByRole('button', { name: 'This frame' }).click();
    await untilHash(page, /^#\/frame\//);
    const stages = page.getByRole('table', { name: 'Latency breakdown of this frame' });
    await stages.getByRole('rowheader', { name: 'Draw' }).waitFor();
    const rows = await stages.getByRole('row').evaluateAll((all) =>
      all.map((row) => ({
        name: row.firstElementChild!.firstChild!.textContent!.trim(),
        ms: Number.parseFloat(row.lastElementChild!.textContent!.replace(',', '')),
      })),
    );
    const names = ['Publish', 'Queue', 'Held', 'Gateway', 'Wait', 'Decode', 'Detect', 'Result', 'Send', 'Draw'];
    expect(rows.map(({ name }) => name)).toEqual([...names, 'Total']);
    const sum = rows.slice(0, -1).reduce((total, { ms }) => total + ms, 0);
    // each number is rounded to a tenth, those over 100 to a whole
    expect(Math.abs(sum - rows.at(-1)!.ms)).toBeLessThanOrEqual(3);
    await page.getByRole('img', { name: /^The frame, / }).waitFor();
    await keepScreenshot(page, 'frame');

    const id = hashOf(page).slice('#/frame/'.length);
    const answer = frameAnswer.parse(await (await fetch(`${system.dashboard}/api/frames/${id}`)).json());
    expect(answer.record.camera_id).toBe('page-1');
    await page.getByText(answer.record.traceparent!.split('-')[1]!).waitFor();
    await page.goBack();
    await page.getByRole('figure', { name: /^page-1/ }).waitFor();
  });

  it('that is slow is found in the list, with what most of its time went to', async () => {
    const page = await open('#/frames');
    const row = page.getByRole('region', { name: 'Slowest frames' }).getByRole('row').nth(1);
    await row.waitFor(TIMEOUT);
    expect(await row.textContent()).toMatch(/(publish|queue|held|gateway|wait|decode|detect|result) [\d,.]+ ms/);
    await row.getByRole('link').click();
    await page.getByRole('heading', { name: /^Latency breakdown: / }).waitFor();
  });

  it('that is not known is not made up', async () => {
    const page = await open('#/frame/01993f0c-3a5e-7c1d-9a2b-0123456789ab');
    await page.getByText('Frame not found').waitFor();
  });
});

it('a camera has a grade with its reason, what it asked for and was shown, its frames and its incidents', async () => {
  const page = await open('#/camera/page-2');
  await page.getByText(/^(Good|Fair|Poor|good|fair|poor)$/).waitFor(TIMEOUT);
  await page
    .getByText(/^\d+(\.\d+)? frames\/s$/)
    .first()
    .waitFor(TIMEOUT);
  await page.getByText('Camera online').first().waitFor(TIMEOUT);
  await page.getByText('slowest').click();
  await page.getByRole('region', { name: 'Frames' }).getByRole('link').first().click();
  await heading(page, /^Frame of page-2/).waitFor();
});

it('the frames page has an account of each camera, how they shared, and the part within the target', async () => {
  const page = await open('#/frames');
  for (const id of CAMERAS)
    await page
      .getByRole('row', { name: new RegExp(`^${id} `) })
      .first()
      .waitFor(TIMEOUT);
  await page.getByText(/^Shared (nearly |un)?evenly/).waitFor(TIMEOUT);
  // somebody has to draw what is counted
  await open('#/');
  await page.getByText(/pictures? in the last 5 min were on screen within 500 ms/).waitFor(TIMEOUT);
});

it('the replicas page has each replica that the server names', async () => {
  const page = await open('#/replicas');
  await page.getByRole('article').first().waitFor(TIMEOUT);
  const { replicas } = latencyAnswer.parse(await (await fetch(`${system.dashboard}/api/latency`)).json());
  for (const { node_id } of replicas)
    await page.getByRole('article').filter({ hasText: node_id }).getByText('on a CPU').waitFor();
});

describe('the history', () => {
  const chart = (page: Page, title: string) => page.getByRole('region', { name: title });
  const legend = (page: Page, title: string) => chart(page, title).locator('.u-series .u-value');

  it('is a click from the number, and the address holds what is seen', async () => {
    const page = await open('#/');
    await page.getByRole('link', { name: 'Processing Rate' }).click();
    await untilHash(page, /^#\/history\?from=now-1h&to=now&series=rate$/);
    await waitFor(
      'a rate in the legend',
      async () => /^[\d.]+ frames\/s$/.test((await legend(page, 'Processing rate').last().textContent()) ?? ''),
      TIMEOUT,
    );
    await page.getByRole('button', { name: '15 min' }).click();
    await untilHash(page, /from=now-15m&to=now&series=rate$/);
    await page.getByRole('button', { name: 'Earlier' }).click();
    await untilHash(page, /from=\d{10}&to=\d{10}&series=rate$/);
    await page.goBack();
    await untilHash(page, /from=now-15m/);
    await page.getByRole('link', { name: 'All charts' }).click();
    await chart(page, 'Queue depth').waitFor();
  });

  it('has one cursor over all charts, and a stretch that is drawn is shown', async () => {
    const page = await open('#/history?from=now-15m&to=now&series=rate,replicas');
    await legend(page, 'Replicas').last().waitFor(TIMEOUT);
    const box = (await chart(page, 'Processing rate').locator('.u-over').boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.9, box.y + 40);
    const other = chart(page, 'Replicas');
    await waitFor('the cursor of the other chart at the same time', async () => {
      const [over, cursor] = [
        await other.locator('.u-over').boundingBox(),
        await other.locator('.u-cursor-x').boundingBox(),
      ];
      return over && cursor && Math.abs((cursor.x - over.x) / over.width - 0.9) < 0.02;
    });
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await untilHash(page, /from=\d{10}&to=\d{10}/);
    const [, from, to] = /from=(\d+)&to=(\d+)/.exec(hashOf(page))!;
    expect(Number(to) - Number(from)).toBeGreaterThan(0.25 * 900);
    expect(Number(to) - Number(from)).toBeLessThan(0.35 * 900);
    await keepScreenshot(page, 'history');
  });

  it('of a time before there was anything is no 0', async () => {
    const page = await open('#/history?from=1700000000&to=1700003600&series=rate');
    await page.getByText('No data in this time').waitFor(TIMEOUT);
  });
});

it('an incident leads to the charts of its time', async () => {
  const page = await open('#/incidents');
  const row = page.getByRole('listitem').filter({ hasText: 'Camera online' }).filter({ hasText: 'page-1' }).first();
  await row.waitFor(TIMEOUT);
  await row.getByRole('link', { name: 'Show charts' }).click();
  await untilHash(page, /^#\/history\?from=\d{10}&to=\d{10}$/);
});

it('the diagnosis has a latency breakdown', async () => {
  const page = await open('#/diagnosis');
  await page.getByRole('table', { name: 'Latency breakdown, mean' }).waitFor(TIMEOUT);
  await heading(page, 'Diagnosis').waitFor();
});
