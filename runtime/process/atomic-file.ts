import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const FOLDER = { recursive: true, mode: 0o700 };
const DRAFT = { mode: 0o600, flush: true };
const draftOf = (file: string) => join(dirname(file), `.${basename(file)}.new`);

/**
 * Writes a file atomically, readable by its owner only: if the process or the machine ends at any moment, the file has the old text or the
 * new one. Its folder is made where it is missing. One call at a time for each file.
 * @throws Error of the file system, which names the file; the old text then remains.
 */
export async function writeFileAtomic(file: string, text: string | Uint8Array): Promise<void> {
  const draft = draftOf(file);
  try {
    await mkdir(dirname(file), FOLDER);
    await rm(draft, { force: true }); // one that was left behind would keep its mode
    await writeFile(draft, text, DRAFT);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
  // lets the rename itself outlive a power cut; where a file system cannot do that, the file is the new one all the same
  const sync = async (folder: string) => {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  };
  await sync(dirname(file)).catch(() => {});
}

/** The same, and the process waits for the disk meanwhile. */
export function writeFileAtomicSync(file: string, text: string | Uint8Array): void {
  const draft = draftOf(file);
  try {
    mkdirSync(dirname(file), FOLDER);
    rmSync(draft, { force: true });
    writeFileSync(draft, text, DRAFT);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  try {
    const handle = openSync(dirname(file), 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {}
}
