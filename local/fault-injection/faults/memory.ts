import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '@framewire/runtime/process';
import type { Fault } from '../fault-injector.ts';
import type { MemoryCgroup } from '../memory-cgroup.ts';
import { killAll, startStress } from './stress-program.ts';

/** Memory that the group may have beyond what its processes hold permanently, bytes: the first that the kernel takes. */
const HEADROOMS = [16, 32, 64, 128].map((megabytes) => megabytes * 2 ** 20);
/** The file that each reader reads again and again through that headroom, bytes. */
const FILE_SIZE = 64 * 2 ** 20;
const READERS = 4;
/** Until the readers hold what they need themselves, milliseconds. */
const SETTLE_MS = 1_500;

/**
 * Memory stress: leaves a group little more than it holds, and reads files in it that do not fit. Each page that a process of the group
 * wants then has to be taken from another. Each reader writes its own file first: the pages of an existing file would be charged to
 * whoever read it before.
 * @param folder for those files.
 */
export const memoryFault = (group: MemoryCgroup, folder: string): Fault => ({
  name: 'memory',
  message: 'detect-faces shares a memory limit with programs that need more.',
  async inject(seconds) {
    mkdirSync(folder, { recursive: true });
    const files = Array.from({ length: READERS }, (_, n) => join(folder, `pages-${n}`));
    const readers = files.map((file) => startStress(readPages(file), seconds));
    for (const { pid } of readers) if (pid) group.add(pid);
    const end = () => {
      killAll(readers);
      for (const file of files) rmSync(file, { force: true });
    };
    try {
      await sleep(SETTLE_MS);
      await squeeze(group);
    } catch (error) {
      end();
      throw error;
    }
    return () => group.limit(undefined).finally(end);
  },
});

/** Where programs of the group are read in for the first time, their pages are needed too. */
async function squeeze(group: MemoryCgroup): Promise<void> {
  for (const headroom of HEADROOMS) {
    try {
      return await group.limit(group.anonymous() + headroom);
    } catch (error) {
      const isBusy = (error as NodeJS.ErrnoException).code === 'EBUSY';
      if (!isBusy || headroom === HEADROOMS.at(-1)) throw error;
    }
  }
}

const readPages = (file: string) => `
  const fs = require('node:fs');
  const piece = Buffer.alloc(1 << 18, 0x5a);
  const file = fs.openSync(${JSON.stringify(file)}, 'w+');
  const pieces = ${FILE_SIZE} / piece.length;
  for (let n = 0; n < pieces; n++) fs.writeSync(file, piece);
  fs.fsyncSync(file); // the kernel can take a page at once only where the disk has it
  while (Date.now() < end)
    fs.readSync(file, piece, 0, piece.length, Math.floor(Math.random() * pieces) * piece.length);`;
