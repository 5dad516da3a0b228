import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../processes/program.ts';
import type { MemoryGroup } from './memory-group.ts';

/** Programs that take what others need. Each ends by itself when its time is over, whatever becomes of us. */

/** Two a core that compute nothing. Returns what ends them. */
export function hogCpu(seconds: number): () => void {
  return endOf(
    Array.from({ length: 2 * cpus().length }, () => run('for (;;) if (Date.now() > end) process.exit();', seconds)),
  );
}

/** Of what a group may have, so much is left beside what its processes hold for good, bytes. */
const ROOM = 24 * 2 ** 20;
/** Of the file that is read again and again through that room, bytes. */
const FILE_SIZE = 192 * 2 ** 20;
const READERS = 3;
/** Until the readers hold what they need themselves, milliseconds. */
const SETTLE_MS = 600;

/**
 * Leaves a group little more than what it holds, and lets programs in it read a file that does not fit: each page of memory that one
 * of the group wants then has to be taken from another.
 */
export async function eatMemory(group: MemoryGroup, folder: string, seconds: number): Promise<() => void> {
  const file = writeFile(folder);
  const read = `
    const fs = require('node:fs');
    const file = fs.openSync(${JSON.stringify(file)}, 'r');
    const piece = Buffer.alloc(1 << 16);
    const pieces = ${FILE_SIZE} / piece.length;
    while (Date.now() < end) fs.readSync(file, piece, 0, piece.length, Math.floor(Math.random() * pieces) * piece.length);`;
  const readers = Array.from({ length: READERS }, () => run(read, seconds));
  for (const { pid } of readers) if (pid) group.add(pid);
  const end = endOf(readers);
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
  return spawn(first as string, rest, { stdio: 'ignore' });
}

const endOf = (children: ChildProcess[]) => () => {
  for (const child of children) child.kill('SIGKILL');
};

/** Not of zeros that the disk would not keep. */
function writeFile(folder: string): string {
  const file = join(folder, 'pages');
  if (existsSync(file) && statSync(file).size === FILE_SIZE) return file;
  mkdirSync(folder, { recursive: true });
  const piece = Buffer.alloc(2 ** 20, 0x5a);
  const handle = openSync(file, 'w');
  for (let written = 0; written < FILE_SIZE; written += piece.length) writeSync(handle, piece);
  closeSync(handle);
  return file;
}
