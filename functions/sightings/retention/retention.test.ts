import { join } from 'node:path';
import { waitFor } from '@framewire/runtime/process';
import { createRegistry } from '@framewire/runtime/telemetry';
import { silentLog } from '@framewire/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMetrics } from '../metrics.ts';
import { createFolderStore } from '../pictures/folder-store.ts';
import { filesOf } from '../pictures/keys.ts';
import type { PictureStore } from '../pictures/picture-store.ts';
import { searchSightings } from '../store/search.ts';
import { startDatabase } from '../testing/databases.ts';
import { createRetention, type Retention } from './retention.ts';

const DAY = 86_400;
let kept: Awaited<ReturnType<typeof startDatabase>>;
let store: PictureStore;
let retention: Retention | undefined;
beforeEach(async () => {
  kept = await startDatabase();
  store = createFolderStore(join(kept.folder, 'pictures'));
});
afterEach(async () => {
  await retention?.close();
  await kept.remove();
});

/** So many sightings, one a day, each with pictures of 1,000 bytes. The last one lasts. */
async function fill(count: number): Promise<void> {
  for (let n = 1; n <= count; n++) {
    const [id, picture] = [`00000000-0000-8000-8000-${String(n).padStart(12, '0')}`, `2026-11-30/${n}`];
    for (const file of filesOf(picture)) await store.put(file, new Uint8Array(500));
    await kept.database.run(
      `INSERT INTO sightings (id, camera_id, topic, track_id, began, ended, last_seen, frames, zones, best, best_quality, picture, bytes)
       VALUES (?, 'door', 'faces', ?, ?, ?, ?, 1, '["step"]', '{}', 0, ?, 1000)`,
      id,
      n,
      n * DAY,
      n === count ? null : n * DAY,
      n * DAY,
      picture,
    );
    await kept.database.run("INSERT INTO sighting_zones (zone, began, id) VALUES ('step', ?, ?)", n * DAY, id);
  }
}
const start = (days: number, bytes: number) =>
  createRetention({
    database: kept.database,
    store,
    days,
    bytes,
    metrics: createMetrics(createRegistry()),
    log: silentLog,
    now: () => 300 * DAY * 1000,
  });
const left = async (zone?: string) =>
  (await searchSightings(kept.database, { limit: 1_000, zone })).sightings.map(({ track_id }) => track_id);
async function fileCount(): Promise<number> {
  let count = 0;
  for await (const some of store.list()) count += some.length;
  return count;
}

it('what is older than its days goes, with its pictures', async () => {
  await fill(300);
  retention = start(60.5, 1e9);
  await retention.sweep();
  expect(await left()).toEqual(Array.from({ length: 61 }, (_, n) => 300 - n));
  expect(await left('step')).toHaveLength(61);
  expect(await fileCount()).toBe(122);
}, 60_000);

it('of what is too much the oldest goes first, at once while more comes', async () => {
  await fill(300);
  retention = start(10_000, 250_000);
  await retention.sweep();
  // in steps of 100, down to 95 % at least
  expect(await left()).toEqual(Array.from({ length: 200 }, (_, n) => 300 - n));
  retention.added(60_000);
  await kept.database.run('UPDATE sightings SET bytes = 61000 WHERE track_id = 300');
  retention.added(0);
  await waitFor('the next step', async () => (await left()).length === 100);
  await waitFor('their pictures to go', async () => (await fileCount()) === 200);
}, 60_000);

it('what lasts is not deleted to make room', async () => {
  await fill(3);
  retention = start(10_000, 100);
  await retention.sweep();
  expect(await left()).toEqual([3]);
});
