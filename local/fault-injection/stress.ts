import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../supervisor/spawn.ts';
import type { MemoryGroup } from './memory-cgroup.ts';

/** Programs that take what others need. Each ends by itself when its time is over, whatever becomes of us. */

/** Two a core that compute nothing. Returns what ends them. */
export function hogCpu(seconds: number): () => void {
  return endOf(
    Array.from({ length: 2 * cpus().length }, () => run('for (;;) if (Date.now() > end) process.exit();', seconds)),
  );
}

/** Of what a group may have, so much is left beside what its processes hold for good, bytes. */
const ROOM = 16 * 2 ** 20;
/** Of the file that each reader reads again and again through that room, bytes. */
const FILE_SIZE = 64 * 2 ** 20;
const READERS = 4;
/** Until the readers hold what they need themselves, milliseconds. */
const SETTLE_MS = 1_500;

/**
 * Leaves a group little more than what it holds, and lets programs in it read files that do not fit: each page of memory that one
 * of the group wants then has to be taken from another. Each writes its own file first: the pages of one that was there already would be
 * charged to whoever read it before.
 */
export async function eatMemory(group: MemoryGroup, folder: string, seconds: number): Promise<() => void> {
  mkdirSync(folder, { recursive: true });
  const files = Array.from({ length: READERS }, (_, n) => join(folder, `pages-${n}`));
  const readers = files.map((file) =>
    run(
      `const fs = require('node:fs');
      const piece = Buffer.alloc(1 << 18, 0x5a);
      const file = fs.openSync(${JSON.stringify(file)}, 'w+');
      const pieces = ${FILE_SIZE} / piece.length;
      for (let n = 0; n < pieces; n++) fs.writeSync(file, piece);
      while (Date.now() < end)
        fs.readSync(file, piece, 0, piece.length, Math.floor(Math.random() * pieces) * piece.length);`,
      seconds,
    ),
  );
  for (const { pid } of readers) if (pid) group.add(pid);
  const end = () => {
    endOf(readers)();
    for (const file of files) rmSync(file, { force: true });
  };
  try {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    group.limit(group.anonymous() + ROOM);
  } catch (error) {
    end();
    throw error;
  }
  return () => {
    group.limit(undefined);
    end();
  };
}

/** @param program JavaScript; `end` is when it has to be over, milliseconds since the epoch. */
function run(program: string, seconds: number): ChildProcess {
  const script = `const end = Date.now() + ${Math.ceil(seconds) * 1000}; ${program}`;
  const command = [process.execPath, '-e', script];
  const setpriv = findProgram('setpriv');
  const [first, ...rest] = setpriv ? [setpriv, '--pdeathsig', 'KILL', ...command] : command;
  const child = spawn(first as string, rest, { stdio: 'ignore' });
  child.on('error', () => {}); // it could not be started: there is one less
  return child;
}

const endOf = (children: ChildProcess[]) => () => {
  for (const child of children) child.kill('SIGKILL');
};
