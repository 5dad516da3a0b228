import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file atomically, readable by its owner only: if the process or the machine ends at any moment, the file has the old text or the new one.
 * Its folder is made where it is missing.
 * @throws Error of the file system, which names the file; the old text then remains.
 */
export function writeFileAtomic(file: string, text: string | Uint8Array): void {
  const draft = join(dirname(file), `.${basename(file)}.new`);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    rmSync(draft, { force: true }); // one that was left behind would keep its mode
    const handle = openSync(draft, 'w', 0o600);
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
}

/** Lets the rename itself outlive a power cut. Where a file system cannot do that, the file is the new one all the same. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {}
}
