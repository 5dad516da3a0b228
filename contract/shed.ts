import { z } from 'zod';

/**
 * Frame numbers that a source let go, as `[first, last]` pairs in ascending order.
 * Pairs and not a count: with several publishes under way the numbers that were refused need not be neighbours.
 */
export const shedRanges = z.array(z.tuple([z.int().positive(), z.int().positive()])).max(1000);
export type ShedRanges = z.infer<typeof shedRanges>;

/** Joins single numbers to pairs: 3, 5, 4, 9 -> [[3, 5], [9, 9]]. */
export function toShedRanges(numbers: Iterable<number>): ShedRanges {
  const ranges: ShedRanges = [];
  for (const n of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && n <= last[1] + 1) last[1] = Math.max(last[1], n);
    else ranges.push([n, n]);
  }
  return ranges;
}

/** How many numbers the pairs hold. */
export const countShed = (ranges: ShedRanges = []): number => ranges.reduce((sum, [a, b]) => sum + b - a + 1, 0);
