/** The overview in front of the real system: live values, and addresses that hold the view. */
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { putCamera, removeCameras } from '../../testkit/system/cameras.ts';
import { useChromium } from '../browser/use.ts';

const system = inject('system');
const chromium = useChromium();
const CAMERAS = ['walk-1', 'walk-2', 'walk-3'];
beforeAll(() => Promise.all(CAMERAS.map((id) => putCamera(system, id, { url: 'demo:', fps: 2 }))));
afterAll(() => removeCameras(system, ...CAMERAS));

describe('the cards', () => {
  it.each([
    ['Processing Rate', /^\d+\.\d\d fps$/, (n: number) => n > 0],
    ['Avg. Latency', /^\d+ ms$/, (n: number) => n > 0],
    ['Queue Depth', /^\d+ frames?$/, (n: number) => n >= 0],
    ['End-to-End Latency', /^\d+ ms p95$/, (n: number) => n > 0],
  ])('%s', async (title, form, believable) => {
    const page = await chromium.open(system.dashboard);
    const card = page.getByRole('article').filter({ has: page.getByRole('heading', { name: title }) });
    const value = async () => (await card.locator('.value').textContent())!.trim();
    await waitFor(
      `a number in ${title}`,
      async () => {
        const text = await value();
        return form.test(text) && believable(Number.parseFloat(text));
      },
      { timeout: 40_000, every: 200 },
    );
  });

  it('live: with more frames the rate rises', async () => {
    const page = await chromium.open(system.dashboard);
    const card = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'Processing Rate' }) });
    const rate = async () => Number.parseFloat((await card.locator('.value').textContent())!);
    const before = await waitFor('a rate', rate, { timeout: 40_000, every: 200 });
    await putCamera(system, 'walk-1', { url: 'demo:', fps: 8 });
    await waitFor('a higher rate', async () => (await rate()) > before, { timeout: 60_000, every: 200 });
    await putCamera(system, 'walk-1', { url: 'demo:', fps: 2 });
  });
});

it('the address holds the view', async () => {
  const page = await chromium.open(`${system.dashboard}/#/camera/walk-3`);
  await page.getByRole('figure', { name: 'walk-3: live' }).waitFor();
  const other = await chromium.open(`${system.dashboard}/#/camera/no-such`);
  await other.getByText('There is no camera “no-such”.').waitFor();
});
