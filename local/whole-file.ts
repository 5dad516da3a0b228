import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file as a whole or not at all: whoever reads it never sees half of it, and on a full disk what was there before stays.
 * @param mode of the file, as for `writeFileSync`.
 * @throws Error of the file system.
 */
export function writeWhole(file: string, content: Uint8Array | string, mode?: number): void {
  const begun = join(dirname(file), `.${basename(file)}.new`);
  try {
    writeFileSync(begun, content, { mode });
    renameSync(begun, file);
  } catch (error) {
    rmSync(begun, { force: true });
    throw error;
  }
}
