import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The list of cameras as it stands on disk. Entries are not judged here: whoever reads them says which are cameras. */
export interface Stored {
  cameras: Map<string, unknown>;
  /** Files beyond the media folders that the command line named at some start: a later start may play them too. */
  files: string[];
}

/** The list of cameras in a file, so that it lives through a restart. */
export interface Store {
  /** Where it is, for messages. */
  readonly file: string;
  /** Undefined where there is no file yet. @throws Error that names the file when it cannot be read or is no list. */
  read(): Promise<Stored | undefined>;
  /** Resolves when all of it is on disk; the old list stands until then. One call at a time. @throws NotSaved */
  write(stored: Stored): Promise<void>;
}

/** The list could not be written: the old one stands, and nothing has changed. */
export class NotSaved extends Error {
  override name = 'NotSaved';
  /** Whether there is no room for it. */
  readonly full: boolean;
  constructor(file: string, { code = 'unknown error' }: NodeJS.ErrnoException) {
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    super(`the list of cameras could not be written, nothing was changed: ${full ? 'no space left' : code} at ${file}`);
    this.full = full;
  }
}

export function createStore(folder: string): Store {
  const file = join(folder, 'cameras.json');
  const draft = `${file}.new`;

  return {
    file,
    async read() {
      let text: string;
      try {
        text = await readFile(file, 'utf8');
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return undefined;
        throw new Error(`the list of cameras in ${file} cannot be read: ${code}`);
      }
      return parse(text, file);
    },
    async write(stored) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeDraft(draft, serialize(stored));
        await rename(draft, file); // whatever moment it ends at, the file is the old list or the new one
      } catch (error) {
        await rm(draft, { force: true }).catch(() => {});
        throw new NotSaved(file, error as NodeJS.ErrnoException);
      }
      await syncFolder(folder);
    },
  };
}

/** Neither text nor JSON's own words are repeated: both may hold a password. */
function parse(text: string, file: string): Stored {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new Error(`the list of cameras in ${file} is not JSON (${Buffer.byteLength(text)} bytes)`);
  }
  const { cameras, files = [] } = isObject(list) ? list : {};
  if (!isObject(cameras)) throw new Error(`the list of cameras in ${file} is not of the form {"cameras": {…}}`);
  return {
    cameras: new Map(Object.entries(cameras)),
    files: Array.isArray(files) ? files.filter((path) => typeof path === 'string') : [],
  };
}

// Object.fromEntries makes own properties, of whatever name
const serialize = ({ cameras, files }: Stored) =>
  `${JSON.stringify({ cameras: Object.fromEntries(cameras), ...(files.length > 0 && { files }) }, null, 2)}\n`;

async function writeDraft(path: string, text: string): Promise<void> {
  const handle = await open(path, 'w', 0o600); // an address may hold a password
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Lets the rename itself outlive a power cut. Where a file system cannot do that, the list is the new one all the same. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {}
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
