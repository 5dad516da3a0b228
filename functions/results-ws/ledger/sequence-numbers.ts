import { MAX_SHED_FRAMES, type ShedRanges } from '@framewire/contract';

/** Sequence numbers that have no outcome though a later one has. */
export interface Gap {
  first: number;
  last: number;
  /** When a later one had its outcome, seconds since the epoch. */
  since: number;
  /** When its grace began, by the ledger's own time; undefined while its frames may still wait in the queue. */
  begun?: number;
}

/** The sequence numbers of one source: which of them have had their outcome. It costs what is missing, not what was counted. */
export interface SequenceNumbers {
  /** Sequence numbers that are known to have been given out. */
  readonly count: number;
  /** In ascending order. */
  readonly gaps: readonly Gap[];
  /** Missing numbers that are counted, and not known one by one any more. */
  readonly folded: number;
  /** When the newest outcome came, seconds since the epoch. */
  readonly lastSettledAt: number;
  /** How many of these numbers have their outcome for the first time. @param at seconds since the epoch. */
  settle(ranges: ShedRanges, at: number): number;
  /** The frame of this number has left the queue, and with it all before it: the grace of gaps below it begins. */
  passedQueue(seq: number, now: number): void;
  /** The frame of this number is with a connector: its grace begins again. */
  held(seq: number, now: number): void;
  /** Keeps the newest of the gaps, and of the others no more than how many numbers they were. */
  fold(keep: number): void;
}

/** Numbers below the first one that have an outcome all the same and are remembered, at most. */
const MAX_BELOW = 1_000;
/** Gaps of one source that are known one by one, at most. */
const MAX_GAPS = 10_000;
/** A source that jumps ahead by more did not lose so many frames: counting starts over there. */
const MAX_JUMP = MAX_SHED_FRAMES;

/** @param first below it nothing is missed: a reader that begins within a stream cannot tell what came before. */
export function createSequenceNumbers(first: number): SequenceNumbers {
  /** Have their outcome though they are below it: several frames are under way at once, and their outcomes come in any order. */
  const below = new Set<number>();
  let highest = first - 1;
  let counted = 0;
  const gaps: Gap[] = [];
  let folded = 0;
  let lastSettledAt = 0;

  /** Index of the first gap that ends at or after a number. */
  function find(n: number): number {
    let [low, high] = [0, gaps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (gaps[middle]!.last < n) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts `rest(gap)` in place of each gap that shares a number with from..to; returns how many numbers they share. */
  function cut(from: number, to: number, rest: (gap: Gap, a: number, b: number) => Gap[]): number {
    const start = find(from);
    const put: Gap[] = [];
    let [end, shared] = [start, 0];
    for (; end < gaps.length && gaps[end]!.first <= to; end++) {
      const gap = gaps[end]!;
      const [a, b] = [Math.max(gap.first, from), Math.min(gap.last, to)];
      shared += b - a + 1;
      put.push(...rest(gap, a, b));
    }
    if (end > start) gaps.splice(start, end - start, ...put);
    return shared;
  }

  const before = (gap: Gap, a: number): Gap[] => (gap.first < a ? [{ ...gap, last: a - 1 }] : []);
  const behind = (gap: Gap, b: number): Gap[] => (b < gap.last ? [{ ...gap, first: b + 1 }] : []);

  function settleRange(from: number, to: number, at: number): number {
    let fresh = 0;
    for (let n = from; n <= Math.min(to, first - 1) && below.size < MAX_BELOW; n++) {
      if (!below.has(n)) fresh++;
      below.add(n);
    }
    const filled = cut(from, to, (gap, a, b) => [...before(gap, a), ...behind(gap, b)]);
    fresh += filled;
    if (to > highest) {
      const start = Math.max(from, highest + 1);
      const skipped = start - highest - 1;
      if (skipped > 0 && skipped <= MAX_JUMP) {
        gaps.push({ first: highest + 1, last: start - 1, since: at });
        counted += skipped;
        if (gaps.length > MAX_GAPS) fold(MAX_GAPS / 2);
      }
      fresh += to - start + 1;
      counted += to - start + 1;
      highest = to;
    }
    return fresh;
  }

  function fold(keep: number): void {
    const old = gaps.splice(0, Math.max(0, gaps.length - keep));
    folded += old.reduce((sum, gap) => sum + gap.last - gap.first + 1, 0);
  }

  return {
    get count() {
      return counted + below.size;
    },
    get gaps() {
      return gaps;
    },
    get folded() {
      return folded;
    },
    get lastSettledAt() {
      return lastSettledAt;
    },
    settle(ranges, at) {
      lastSettledAt = Math.max(lastSettledAt, at);
      return ranges.reduce((sum, [from, to]) => sum + settleRange(from, to, at), 0);
    },
    passedQueue(seq, now) {
      for (let i = find(seq) - 1; i >= 0 && gaps[i]!.begun === undefined; i--) gaps[i]!.begun = now;
    },
    held(seq, now) {
      cut(seq, seq, (gap, a, b) => [...before(gap, a), { ...gap, first: a, last: b, begun: now }, ...behind(gap, b)]);
    },
    fold,
  };
}
