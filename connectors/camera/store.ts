import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CameraSpec, cameraId } from '@framewire/contract';
import { z } from 'zod';
import { addressedSpec } from './address.ts';

const cameraList = z.object({ cameras: z.record(cameraId, addressedSpec) });

/** The list of cameras in a file, so that it lives through a restart. */
export interface Store {
  /** Empty where there is no file yet. @throws Error that names the file when it cannot be read or understood. */
  read(): Promise<Map<string, CameraSpec>>;
  /** Resolves when it is on disk. Calls are carried out in their order. */
  write(cameras: Map<string, CameraSpec>): Promise<void>;
}

export function createStore(folder: string): Store {
  const file = join(folder, 'cameras.json');
  let writing: Promise<unknown> = Promise.resolve();

  async function write(text: string): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    // whatever moment the power fails at, the file is either the old list or the new one
    const handle = await open(`${file}.new`, 'w', 0o600); // an address may hold a password
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.new`, file);
  }

  return {
    async read() {
      try {
        const { cameras } = cameraList.parse(JSON.parse(await readFile(file, 'utf8')));
        return new Map(Object.entries(cameras));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
        throw new Error(`the list of cameras in ${file} cannot be read: ${(error as Error).message}`);
      }
    },
    write(cameras) {
      const text = `${JSON.stringify({ cameras: Object.fromEntries(cameras) }, null, 2)}\n`;
      const written = writing.then(() => write(text));
      writing = written.catch(() => {});
      return written;
    },
  };
}
