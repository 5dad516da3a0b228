import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';

/** Decides which files cameras may play: those in some folders, and those that the command line names. */
export interface Media {
  /** Files that may be played although they are in none of the folders. */
  readonly named: Set<string>;
  /** Rejects if a camera may not play this file. A file that does not exist yet is allowed. */
  check(path: string): Promise<void>;
  /** The file itself, behind every link. Rejects where it is not there or may not be played. */
  find(path: string): Promise<string>;
}

/** A camera may not play this file. */
export class NotAllowed extends Error {
  override name = 'NotAllowed';
}

export function createMedia(folders: string[]): Media {
  const named = new Set<string>();

  async function check(path: string): Promise<void> {
    if (named.has(path)) return;
    const [file, ...allowed] = await Promise.all([path, ...folders].map(realOf));
    if (allowed.some((folder) => file!.startsWith(join(folder, sep)))) return;
    const where = folders.length > 0 ? folders.join(' or ') : 'no folder';
    throw new NotAllowed(`a camera may play files in ${where} only; MEDIA_FOLDERS names others`);
  }

  return {
    named,
    check,
    async find(path) {
      await check(path);
      try {
        const file = await realpath(path);
        await check(named.has(path) ? path : file); // in case that it was changed between the two
        const found = await stat(file);
        if (found.isDirectory()) throw new Error('that is a folder');
        if (!found.isFile()) throw new Error('that is no file');
        return file;
      } catch (error) {
        throw describeFileError(error as NodeJS.ErrnoException);
      }
    },
  };
}

/** The path with every link followed, as far as it exists. */
async function realOf(path: string): Promise<string> {
  const missing: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    try {
      return join(await realpath(at), ...missing);
    } catch (error) {
      if (at === dirname(at)) throw describeFileError(error as NodeJS.ErrnoException);
      missing.unshift(basename(at));
    }
  }
}

function describeFileError(error: NodeJS.ErrnoException): Error {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return new Error('no such file');
  if (error.code === 'EACCES') return new Error('permission denied');
  return error.code ? new Error(`the file cannot be read: ${error.code}`) : error;
}
