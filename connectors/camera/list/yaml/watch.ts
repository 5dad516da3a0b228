import { readFileSync, statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type Env, repeat } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { type DefinedCameras, parseCamerasFile } from './parse.ts';

/**
 * How often the file is looked at, milliseconds. It is looked at by its name: editors and ConfigMaps put another file in its place, which a
 * watch over the old one would not notice.
 */
const LOOK_MS = 1_000;
const MAX_BYTES = 1024 * 1024;

/** The file of cameras, read again whenever it or a file of passwords that it refers to has changed. */
export interface CamerasFile {
  readonly path: string;
  /** Why it cannot be read, while that is so: what it said last is kept. */
  problem(): string | undefined;
  /** Reads it now. Undefined where it cannot be read. */
  read(): DefinedCameras | undefined;
  /** Calls back with each new state, once the file is the same at two looks: one that is being written is not half read. */
  watch(onChange: (cameras: DefinedCameras) => Promise<void>): void;
  close(): void;
}

export function createCamerasFile({ path, env, log }: { path: string; env: Env; log: Log }): CamerasFile {
  let problem: string | undefined;
  let files = new Set<string>();
  let read = '';
  let seen = '';
  let stop = () => {};

  /** Of the file itself and of those that it refers to: which one it is, of what time and how long. */
  const signature = () => [path, ...files].map(signatureOf).join(' ');

  function readNow(): DefinedCameras | undefined {
    const [before, known] = [signature(), files];
    try {
      const text = readFileSync(path, 'utf8');
      if (text.length > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
      const found = parseCamerasFile(text, env);
      if (!isDeepStrictEqual(found.files, files)) files = found.files;
      problem = undefined;
      return found;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = `${path} cannot be read: ${code ?? message}`;
      if (why !== problem) log.error(`${why}; its cameras stay as they are`);
      problem = why;
      return undefined;
    } finally {
      read = files === known ? before : signature();
      seen = read;
    }
  }

  return {
    path,
    problem: () => problem,
    read: readNow,
    watch(onChange) {
      const look = async () => {
        const now = signature();
        const isSettled = now === seen;
        seen = now;
        if (now === read || !isSettled) return;
        const found = readNow();
        if (found) await onChange(found);
      };
      stop = repeat(look, LOOK_MS, log, 'reading the file of cameras');
    },
    close: () => stop(),
  };
}

function signatureOf(path: string): string {
  try {
    const { dev, ino, mtimeNs, size } = statSync(path, { bigint: true });
    return `${dev}:${ino}:${mtimeNs}:${size}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'none';
  }
}
