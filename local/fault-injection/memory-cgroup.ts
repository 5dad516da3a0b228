import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A group of processes whose memory the kernel can limit: a cgroup, of version 1 or 2. */
export interface MemoryCgroup {
  /** Memory that a process takes from now on counts. */
  add(pid: number): void;
  /** What they hold that cannot be read again from a file, bytes. */
  anonymous(): number;
  /**
   * Sets the limit, bytes in all; undefined for none. The kernel first frees what is beyond it, which takes a while.
   * @throws Error `EBUSY` where it cannot.
   */
  limit(bytes: number | undefined): Promise<void>;
  /** Removes the group; its processes go on without it. */
  remove(): void;
}

const ROOT = '/sys/fs/cgroup';
/** By version: where groups are made, and what their files are called. */
const VERSIONS = [
  {
    root: `${ROOT}/memory`,
    mark: 'memory.limit_in_bytes',
    limit: 'memory.limit_in_bytes',
    none: '-1',
    anon: 'total_rss',
  },
  // `high` makes processes wait; it kills none
  { root: ROOT, mark: 'cgroup.controllers', limit: 'memory.high', none: 'max', anon: 'anon' },
];

/** Undefined if this process may not create one (it is not root) or the kernel has none. */
export function createMemoryCgroup(name: string): MemoryCgroup | undefined {
  const version = VERSIONS.find(({ root, mark }) => existsSync(join(root, mark)));
  if (!version) return undefined;
  const { root, limit, none, anon } = version;
  const folder = join(root, name);
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  try {
    if (root === ROOT) writeFileSync(join(root, 'cgroup.subtree_control'), '+memory');
    mkdirSync(folder, { recursive: true });
    write(limit, none);
  } catch {
    return undefined;
  }
  return {
    add(pid) {
      try {
        write('cgroup.procs', `${pid}`);
      } catch {
        // it ended in between
      }
    },
    anonymous: () =>
      Number(new RegExp(`^${anon} (\\d+)`, 'm').exec(readFileSync(join(folder, 'memory.stat'), 'utf8'))?.[1]),
    limit: (bytes) => writeFile(join(folder, limit), bytes === undefined ? none : `${Math.round(bytes)}`),
    remove() {
      try {
        for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean))
          writeFileSync(join(root, 'cgroup.procs'), pid);
        rmdirSync(folder);
      } catch {
        // a process that is just ending is still in it; an empty group costs nothing
      }
    },
  };
}
