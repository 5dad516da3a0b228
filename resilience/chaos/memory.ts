import { sleep } from '@framewire/runtime/process';
import { spread } from '../../testkit/report/statistics.ts';
import { listProcesses, residentBytes } from '../../testkit/system/processes.ts';
import type { SystemInfo } from '../../testkit/system/system.ts';

/** Resident memory of a process while the load stays the same, MB. */
export interface Memory {
  name: string;
  /** Medians of the first and of the last fifth of the time. */
  first: number;
  last: number;
  max: number;
}

const EVERY_MS = 5_000;

/** Watches each process for so many minutes. A process that was replaced meanwhile is left out. */
export async function watchMemory({ data }: SystemInfo, minutes: number): Promise<Memory[]> {
  const samples = new Map<number, { name: string; sizes: number[] }>();
  let rounds = 0;
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; await sleep(EVERY_MS)) {
    rounds++;
    for (const { name, pid } of listProcesses(data)) {
      const bytes = residentBytes(pid);
      if (bytes === undefined) continue;
      const own = samples.get(pid) ?? { name, sizes: [] };
      own.sizes.push(bytes / 2 ** 20);
      samples.set(pid, own);
    }
  }
  const median = (sizes: number[]) => spread(sizes).median;
  return [...samples.values()].flatMap(({ name, sizes }) => {
    if (sizes.length < rounds) return [];
    const fifth = Math.max(1, Math.floor(sizes.length / 5));
    return { name, first: median(sizes.slice(0, fifth)), last: median(sizes.slice(-fifth)), max: Math.max(...sizes) };
  });
}
