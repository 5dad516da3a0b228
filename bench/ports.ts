import { isFree } from '../local/supervisor/free-ports.ts';

const FIRST = 23_000;
const STEP = 100;
/** Offsets of `--port-base` that a start may use. */
const OFFSETS = [0, 2, 10, 11, 12, 20, 23, 30, 31, 32, 33, 34];

/** A `--port-base` under which every port is free now. */
export async function freePortBase(): Promise<number> {
  for (let base = FIRST; base < 60_000; base += STEP) {
    const free = await Promise.all(OFFSETS.map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error(`no free ports from ${FIRST} on`);
}
