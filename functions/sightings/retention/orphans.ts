import { keyOf } from '../pictures/keys.ts';
import type { PictureStore } from '../pictures/picture-store.ts';
import type { Database } from '../store/database.ts';

/** In a store that others write to, a file without a row may be one that is being written, milliseconds. */
const YOUNG_MS = 3_600_000;
/** Keys that are looked up at once. */
const STEP = 200;

/** Removes pictures that no row names: their writing was cut off before the row, or their deletion after it. @returns how many files. */
export async function removeOrphans(database: Database, store: PictureStore, startedAt: number): Promise<number> {
  const before = store.isShared ? startedAt - YOUNG_MS : startedAt;
  let removed = 0;
  for await (const files of store.list())
    for (let i = 0; i < files.length; i += STEP) {
      const old = files.slice(i, i + STEP).filter(({ at }) => at < before);
      const keys = [...new Set(old.map(({ key }) => keyOf(key)))];
      if (keys.length === 0) continue;
      const marks = keys.map(() => '?').join(', ');
      const rows = await database.query<{ picture: string }>(
        `SELECT picture FROM sightings WHERE picture IN (${marks})
         UNION ALL SELECT picture FROM frame_pictures WHERE picture IN (${marks})`,
        ...keys,
        ...keys,
      );
      const known = new Set(rows.map(({ picture }) => picture));
      const orphans = old.map(({ key }) => key).filter((file) => !known.has(keyOf(file)));
      await store.delete(orphans);
      removed += orphans.length;
    }
  return removed;
}
