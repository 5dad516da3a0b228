import type { ShedRanges } from '@framewire/contract';

/** Numbers that have no outcome, and since when a later one had: seconds since the epoch. */
export interface Gap {
  first: number;
  last: number;
  since: number;
}

/** The numbers of one source: which of them have had their outcome. It costs what is missing, not what was counted. */
export interface Numbers {
  /** Numbers that are known to have been given out. */
  readonly count: number;
  readonly gaps: readonly Gap[];
  /** When the newest outcome was told, seconds since the epoch. */
  readonly lastTold: number;
  /** How many of these numbers have their outcome for the first time. @param at seconds since the epoch. */
  tell(ranges: ShedRanges, at: number): number;
}

/** Numbers below the first one that are told all the same and kept, at most. */
const MOST_BELOW = 1_000;

/** @param first below it nothing is missed: a reader that begins within a stream cannot tell what was told before. */
export function createNumbers(first: number): Numbers {
  /** Told though they are below it: several frames are under way at once, and their outcomes come in any order. */
  const below = new Set<number>();
  let highest = first - 1;
  let gaps: Gap[] = [];
  let lastTold = 0;

  function tellRange(from: number, to: number, at: number): number {
    let fresh = 0;
    for (let n = from; n <= Math.min(to, first - 1) && below.size < MOST_BELOW; n++) {
      if (!below.has(n)) fresh++;
      below.add(n);
    }
    if (to > highest) {
      const start = Math.max(from, highest + 1);
      if (start > highest + 1) gaps.push({ first: highest + 1, last: start - 1, since: at });
      fresh += to - start + 1;
      highest = to;
    }
    if (gaps.length === 0) return fresh;
    gaps = gaps.flatMap((gap) => {
      const [a, b] = [Math.max(gap.first, from), Math.min(gap.last, to)];
      if (a > b) return [gap];
      fresh += b - a + 1;
      const rest: Gap[] = [];
      if (gap.first < a) rest.push({ ...gap, last: a - 1 });
      if (b < gap.last) rest.push({ ...gap, first: b + 1 });
      return rest;
    });
    return fresh;
  }

  return {
    get count() {
      return highest - first + 1 + below.size;
    },
    get gaps() {
      return gaps;
    },
    get lastTold() {
      return lastTold;
    },
    tell(ranges, at) {
      lastTold = Math.max(lastTold, at);
      return ranges.reduce((sum, [from, to]) => sum + tellRange(from, to, at), 0);
    },
  };
}
