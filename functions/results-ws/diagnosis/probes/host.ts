import { readFileSync } from 'node:fs';
import { createStallReader, type StallShares } from '@framewire/runtime/telemetry';

/** The machine that this process runs on, over the last seconds. What the kernel does not report is absent. */
export interface Host {
  /** The share of the time in which some program stood still for want of it (PSI), 0 to 1. */
  pressure: StallShares;
  /** How many times longer this process takes for its work because it waits for a CPU: 1 where it never waits. */
  stretch: number;
}

const EVERY_MS = 1_000;
/** Looks that are kept: as many seconds. */
const KEPT = 8;
/** With less work than this in all those seconds a single wait would say too much, nanoseconds. */
const MIN_WORK = 20e6;

/**
 * Looks at the machine once a second. On one machine with the other parts it knows that they starve even while no frame is detected that
 * could say so.
 */
export function watchHost(read: (path: string) => string = (path) => readFileSync(path, 'utf8')): {
  host(): Host;
  close(): void;
} {
  const stalled = createStallReader({ read });
  let looks: { work: number; wait: number }[] = [];
  let pressure: StallShares = {};

  function look(): void {
    pressure = stalled();
    const times = schedulerTimes(read);
    if (times) looks = [...looks, times].slice(-KEPT);
  }

  look();
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  return {
    host: () => ({ pressure, stretch: stretchOf(looks) }),
    close: () => clearInterval(timer),
  };
}

/** Of the main thread, nanoseconds: at work on a CPU, and ready and waiting for one. */
function schedulerTimes(read: (path: string) => string): { work: number; wait: number } | undefined {
  try {
    const [work, wait] = read('/proc/self/schedstat').split(' ').map(Number);
    return work !== undefined && wait !== undefined && Number.isFinite(work + wait) ? { work, wait } : undefined;
  } catch {
    return undefined; // not a Linux, or one without these numbers
  }
}

function stretchOf(looks: { work: number; wait: number }[]): number {
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last || last.work - first.work < MIN_WORK) return 1;
  return 1 + (last.wait - first.wait) / (last.work - first.work);
}
