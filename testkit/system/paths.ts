import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder with the lock file, above this file, or above a bundle with this file in it. */
function findRoot(folder: string): string {
  return existsSync(join(folder, 'package-lock.json')) ? folder : findRoot(dirname(folder));
}

/** The repository. */
export const ROOT = findRoot(import.meta.dirname);
/** What a run leaves to look at: screenshots, logs. Not in git. */
export const ARTIFACTS = join(ROOT, 'e2e/artifacts');
