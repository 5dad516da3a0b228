import { statSync } from 'node:fs';
import { cpuTicks } from '../../supervisor/process-identity.ts';

/** CPU time that counts as progress, ticks of 10 ms: two seconds. A node that hangs uses less. */
const WORK_TICKS = 200;

/** Since when a process has done nothing towards its boot, milliseconds: it wrote no line and used next to no CPU. */
export function createBootProgress(log: string, clock: () => number = Date.now) {
  let since = clock();
  let seen = { pid: 0, ticks: 0, size: 0 };
  return {
    /** To be asked now and then. @param pid of the process, where there is one. */
    stalledFor(pid: number | undefined): number {
      const now = { pid: pid ?? 0, ticks: pid === undefined ? 0 : cpuTicks(pid), size: sizeOf(log) };
      if (now.pid !== seen.pid || now.size !== seen.size || now.ticks - seen.ticks >= WORK_TICKS) {
        seen = now;
        since = clock();
      }
      return clock() - since;
    },
  };
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
