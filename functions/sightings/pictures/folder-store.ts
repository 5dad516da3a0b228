import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '@framewire/runtime/process';
import type { PictureStore } from './picture-store.ts';

/** Names as `writeFileAtomic` gives them while it writes. */
const isDraft = (name: string) => name.startsWith('.');

/** A folder of this machine that no other process writes to. */
export function createFolderStore(folder: string): PictureStore {
  const fileOf = (key: string) => join(folder, key);

  return {
    isShared: false,
    put: (key, jpeg) => writeFileAtomic(fileOf(key), jpeg),
    async get(key) {
      try {
        return await readFile(fileOf(key));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async delete(keys) {
      for (const key of keys) await rm(fileOf(key), { force: true });
      // a day that has no pictures left
      for (const day of new Set(keys.map((key) => dirname(fileOf(key))))) await rmdir(day).catch(() => {});
    },
    async *list() {
      for (const day of await namesIn(folder)) {
        const found: { key: string; at: number }[] = [];
        for (const name of await namesIn(join(folder, day))) {
          const key = `${day}/${name}`;
          if (isDraft(name)) await rm(fileOf(key), { force: true });
          else found.push({ key, at: (await stat(fileOf(key))).mtimeMs });
        }
        yield found;
      }
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
