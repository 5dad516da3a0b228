import { openSync, readSync } from 'node:fs';
import type { Stages } from '@framewire/contract';

/**
 * What the calling thread has used so far, from the kernel: CPU time (ns), time it was ready and waited for a CPU (ns), page faults.
 * Undefined without /proc.
 */
interface Usage {
  cpu: number;
  runQueue: number;
  minorFaults: number;
  majorFaults: number;
}

export type Cost = Pick<Stages, 'cpu' | 'run_queue' | 'minor_faults' | 'major_faults'>;

/**
 * Measures the calling thread: `start()` returns a function that returns what was used since. It distinguishes a slow detector (cpu) from
 * a busy machine (run_queue) and from lack of memory (major_faults).
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
    // opened once: "self" is resolved at opening, and each read at position 0 returns current values
    schedstat = openSync('/proc/thread-self/schedstat', 'r');
    stat = openSync('/proc/thread-self/stat', 'r');
  } catch {
    return () => undefined;
  }
  const buffer = Buffer.alloc(1024);
  const fields = (fd: number) => buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0));
  return () => {
    // the kernel updates the values of a running thread at its ticks, 4 ms apart, and with this call
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
