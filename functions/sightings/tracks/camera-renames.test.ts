import { silentLog } from '@framewire/testkit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Database } from '../store/database.ts';
import { startDatabase } from '../testing/databases.ts';
import { idOf } from '../testing/records.ts';
import { type CameraRenames, createCameraRenames } from './camera-renames.ts';

let database: Database;
let remove: () => Promise<void>;
let renames: CameraRenames;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  ({ database, remove } = await startDatabase());
  renames = createCameraRenames(database, silentLog);
});
afterEach(async () => {
  renames.close();
  vi.useRealTimers();
  await remove();
});

const add = (name: string, camera: string, began: number, ended: number | null) =>
  database.run(
    `INSERT INTO sightings (id, camera_id, topic, track_id, began, ended, last_seen, frames, zones, best, best_quality)
     VALUES (?, ?, 'faces', 1, ?, ?, ?, 1, '[]', '{}', 0)`,
    idOf(name),
    camera,
    began,
    ended,
    ended ?? began,
  );
const cameraOf = async (name: string) =>
  (await database.query<{ camera_id: string }>('SELECT camera_id FROM sightings WHERE id = ?', idOf(name)))[0]
    ?.camera_id;
const rename = (camera_id: string, renamed_to: string, until: number) =>
  database.transaction((tx) => renames.note(tx, { camera_id, renamed_to, until }));

it('sightings follow their camera, and those of another that has its old id later do not', async () => {
  await add('before', 'door', 1_000, 1_010);
  await add('other', 'yard', 1_000, 1_010);
  await add('after', 'door', 2_000, 2_010);
  expect(await rename('door', 'porch', 1_500)).toBe(true);
  expect(await rename('door', 'porch', 1_500)).toBe(false);
  expect([await cameraOf('before'), await cameraOf('other'), await cameraOf('after')]).toEqual([
    'porch',
    'yard',
    'door',
  ]);
});

it('one that is still seen follows when it has ended, also where the camera was renamed again', async () => {
  await add('open', 'door', 1_000, null);
  await rename('door', 'porch', 1_500);
  await rename('porch', 'entry', 1_600);
  expect(await cameraOf('open')).toBe('door');
  await database.run('UPDATE sightings SET ended = 1500 WHERE id = ?', idOf('open'));
  await vi.advanceTimersByTimeAsync(6_000);
  expect(await cameraOf('open')).toBe('entry');
});
