import { openSync, readSync } from 'node:fs';
import type { Stages } from '@framewire/contract';

/**
 * What the calling thread has used so far, from the kernel: CPU time (ns), time it was ready but waited for a CPU (ns), page faults.
 * Undefined where there is no /proc.
 */
interface Usage {
  cpu: number;
  runQueue: number;
  minorFaults: number;
  majorFaults: number;
}

export type Cost = Pick<Stages, 'cpu' | 'run_queue' | 'minor_faults' | 'major_faults'>;

/**
 * A meter of the thread that calls this: `start()` returns a function that tells what was used since.
 * Tells a slow detector (cpu) from a crowded machine (run_queue) and from short memory (major_faults).
 */
export function createCostMeter(): { start(): () => Cost } {
  const read = openUsage();
  return {
    start() {
      const before = read();
      return () => {
        const after = read();
        if (!before || !after) return {};
        return {
          cpu: (after.cpu - before.cpu) / 1e6,
          run_queue: (after.runQueue - before.runQueue) / 1e6,
          minor_faults: after.minorFaults - before.minorFaults,
          major_faults: after.majorFaults - before.majorFaults,
        };
      };
    },
  };
}

function openUsage(): () => Usage | undefined {
  let schedstat: number;
  let stat: number;
  try {
    // opened once: "self" is resolved at opening, and each read from the start gives fresh figures
    schedstat = openSync('/proc/thread-self/schedstat', 'r');
    stat = openSync('/proc/thread-self/stat', 'r');
  } catch {
    return () => undefined;
  }
  const buffer = Buffer.alloc(1024);
  const fields = (fd: number) => buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0));
  return () => {
    // the kernel brings the figures of a running thread up to date at its ticks, 4 ms apart, and when it is asked in this way
    process.cpuUsage();
    const [cpu, runQueue] = fields(schedstat).split(' ');
    // the name in parentheses may hold spaces; minflt and majflt are fields 10 and 12 (proc(5)), 7 and 9 after it
    const rest = fields(stat).split(') ').at(-1)!.split(' ');
    return {
      cpu: Number(cpu),
      runQueue: Number(runQueue),
      minorFaults: Number(rest[7]),
      majorFaults: Number(rest[9]),
    };
  };
}
