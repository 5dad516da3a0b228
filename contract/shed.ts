import { z } from 'zod';

/** So many pairs travel in one message at most; AMQP headers are bounded by the connection's frame size. */
export const MAX_SHED_RANGES = 1000;

/**
 * Frame numbers that a source let go, as `[first, last]` pairs in ascending order.
 * Pairs and not a count: with several publishes under way the numbers that were refused need not be neighbours.
 */
export const shedRanges = z.array(z.tuple([z.int().positive(), z.int().positive()])).max(MAX_SHED_RANGES);
export type ShedRanges = z.infer<typeof shedRanges>;

/** Joins single numbers to pairs: 3, 5, 4, 9 -> [[3, 5], [9, 9]]. */
export const toShedRanges = (numbers: Iterable<number>): ShedRanges =>
  joinShedRanges(Array.from(numbers, (n) => [n, n] as const));

/** Sorts pairs and joins those that touch. */
export function joinShedRanges(pairs: Iterable<readonly [number, number]>): ShedRanges {
  const ranges: ShedRanges = [];
  for (const [first, end] of [...pairs].sort(([a], [b]) => a - b)) {
    const last = ranges.at(-1);
    if (last && first <= last[1] + 1) last[1] = Math.max(last[1], end);
    else ranges.push([first, end]);
  }
  return ranges;
}

/** How many numbers the pairs hold. */
export const countShed = (ranges: ShedRanges = []): number => ranges.reduce((sum, [a, b]) => sum + b - a + 1, 0);
