import { openSync, readSync } from 'node:fs';
import type { Stages } from '@framewire/contract';

/**
 * What was used so far, from the kernel: CPU time of the calling thread (ns), time it was ready and waited for a CPU (ns), page faults of
 * its process: in a worker they are the thread's, but for those of garbage collection. Undefined without /proc.
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
  try {
    // opened once: "self" is resolved at opening, and each read at position 0 returns current values
    schedstat = openSync('/proc/thread-self/schedstat', 'r');
  } catch {
    return () => undefined;
  }
  const buffer = Buffer.alloc(128);
  return () => {
    // the kernel updates the times of a running thread at its ticks, 4 ms apart, and with this call
    const { minorPageFault, majorPageFault } = process.resourceUsage();
    const length = readSync(schedstat, buffer, 0, buffer.length, 0);
    const [cpu, runQueue] = buffer.toString('latin1', 0, length).split(' ', 2);
    return { cpu: Number(cpu), runQueue: Number(runQueue), minorFaults: minorPageFault, majorFaults: majorPageFault };
  };
}
