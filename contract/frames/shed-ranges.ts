import { z } from 'zod';

/** The maximum number of pairs in one message: AMQP headers are bounded by the connection's frame size. */
export const MAX_SHED_RANGES = 1000;

/** The maximum number of frames that one message reports as shed, or as still: a record that claims more is malformed. */
export const MAX_SHED_FRAMES = 1_000_000;

/**
 * Sequence numbers that a source shed, or found still, as `[first, last]` pairs in ascending order.
 * Pairs and not a count: with several publishes in flight the refused numbers need not be neighbours.
 */
export const shedRanges = z
  .array(z.tuple([z.int().positive(), z.int().positive()]))
  .max(MAX_SHED_RANGES)
  .refine(
    (ranges) => ranges.every(([first, last]) => first <= last),
    'each pair is [first, last], first no later than last',
  )
  .refine((ranges) => countShed(ranges) <= MAX_SHED_FRAMES, `at most ${MAX_SHED_FRAMES} frames in one message`)
  .meta({
    id: 'ShedRanges',
    description: 'Sequence numbers that a source shed, or found still, as `[first, last]` pairs in ascending order.',
  });
export type ShedRanges = [first: number, last: number][];

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

/** How many numbers the pairs contain. */
export const countShed = (ranges: ShedRanges = []): number => ranges.reduce((sum, [a, b]) => sum + b - a + 1, 0);

/** Splits pairs after `frames` numbers: what fits into one message, and the rest. */
export function splitShedRanges(ranges: ShedRanges, frames: number): [ShedRanges, ShedRanges] {
  const [head, rest]: [ShedRanges, ShedRanges] = [[], []];
  let room = frames;
  for (const [first, last] of ranges) {
    const end = Math.min(last, first + room - 1);
    if (end >= first) head.push([first, end]);
    if (end < last) rest.push([Math.max(first, end + 1), last]);
    room -= Math.max(0, end - first + 1);
  }
  return [head, rest];
}
