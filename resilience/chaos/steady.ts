import { readFileSync } from 'node:fs';
import { sleep } from '@framewire/runtime/process';
import type { System } from '../../bench/system.ts';
import { spread } from '../../testkit/report/statistics.ts';

/** What a process holds of the memory while the load stays the same, MB. */
export interface Memory {
  name: string;
  /** Medians of the first and of the last fifth of the time. */
  first: number;
  last: number;
  most: number;
}

const EVERY_MS = 5_000;

/** Watches each process for so many minutes. One that was replaced meanwhile is left out: its successor is another process. */
export async function watchMemory(system: System, minutes: number): Promise<Memory[]> {
  const samples = new Map<number, { name: string; sizes: number[] }>();
  let rounds = 0;
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; await sleep(EVERY_MS)) {
    rounds++;
    for (const { name, pid } of system.processes()) {
      const size = residentMb(pid);
      if (size === undefined) continue;
      const own = samples.get(pid) ?? { name, sizes: [] };
      own.sizes.push(size);
      samples.set(pid, own);
    }
  }
  const median = (sizes: number[]) => spread(sizes).median;
  return [...samples.values()].flatMap(({ name, sizes }) => {
    if (sizes.length < rounds) return [];
    const fifth = Math.max(1, Math.floor(sizes.length / 5));
    return { name, first: median(sizes.slice(0, fifth)), last: median(sizes.slice(-fifth)), most: Math.max(...sizes) };
  });
}

function residentMb(pid: number): number | undefined {
  try {
    const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kb === undefined ? undefined : Number(kb) / 1024;
  } catch {
    return undefined; // it ended in between
  }
}
