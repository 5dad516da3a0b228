import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CameraRecord, cameraId } from '@framewire/contract';
import { writeFileAtomic } from '@framewire/runtime/process';
import { z } from 'zod';

/** An id that a camera had before, with the end of that time, seconds since the epoch. */
export type FormerId = NonNullable<CameraRecord['formerly']>[number];
export type FormerIds = Map<string, FormerId[]>;

/** The list of cameras as it stands on disk. Entries are not judged here: whoever reads them says which are cameras. */
export interface Stored {
  cameras: Map<string, unknown>;
  /** Files beyond the media folders that the command line named at some start: a later start may play them too. */
  files: string[];
  /** Ids that cameras had before, by their id of now. */
  formerly?: FormerIds;
  /** Ids of cameras that are not in this list, since a file of its own defines them. */
  defined?: string[];
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
        await writeFileAtomic(file, serialize(stored)); // its owner's only: an address may hold a password
      } catch (error) {
        throw new NotSaved(file, error as NodeJS.ErrnoException);
      }
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
  const { cameras, files = [], formerly, defined } = isObject(list) ? list : {};
  if (!isObject(cameras)) throw new Error(`the list of cameras in ${file} is not of the form {"cameras": {…}}`);
  return {
    cameras: new Map(Object.entries(cameras)),
    files: Array.isArray(files) ? files.filter((path) => typeof path === 'string') : [],
    defined: z.array(cameraId).safeParse(defined).data ?? [],
    formerly: new Map(Object.entries(formerIds.safeParse(formerly).data ?? {})),
  };
}

// Object.fromEntries makes own properties, of whatever name
function serialize({ cameras, files, formerly = new Map(), defined = [] }: Stored): string {
  const list = {
    cameras: Object.fromEntries(cameras),
    ...(files.length > 0 && { files }),
    ...(defined.length > 0 && { defined }),
    ...(formerly.size > 0 && { formerly: Object.fromEntries(formerly) }),
  };
  return `${JSON.stringify(list, null, 2)}\n`;
}

const formerIds = z.record(cameraId, z.array(z.object({ camera_id: cameraId, until: z.number() })));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
