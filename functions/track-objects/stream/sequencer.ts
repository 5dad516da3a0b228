import { countShed, joinShedRanges, type ShedRanges } from '@framewire/contract';
import { createLruMap } from '@framewire/runtime/process';
import { type Frame, keyOf, type Settled } from './frame.ts';

/** Sources whose numbers are known, and frames of one that may wait. */
const MAX_SOURCES = 10_000;
const MAX_WAITING = 1_000;

interface Waiting {
  /** Absent for a number that never comes as a frame. */
  frame?: Frame;
  isStill: boolean;
  timestamp: number;
  /** Milliseconds since the epoch, by our own clock. */
  arrived: number;
}

interface Source {
  /** The next number; undefined before it is known where the source is. */
  next?: number;
  waiting: Map<number, Waiting>;
  never: ShedRanges;
  /** Numbers since the last frame, and those of them that were still. */
  passed: number;
  still: number;
}

/**
 * Puts frames into the order of their source: outcomes come as replicas finish them. A source numbers its frames without gaps, over all
 * cameras that it serves, so a number that is missing is waited for, though not for long: it may have been lost.
 */
export interface Sequencer {
  add(settled: Settled): void;
  /** Gives up what was waited for too long. */
  beat(): void;
  /** The lowest cursor among the frames of a camera and topic that wait. */
  oldest(key: string): number | undefined;
  /** When the newest record was made, seconds since the epoch; 0 before the first. */
  readonly time: number;
  clear(): void;
}

/**
 * @param waitMs how long a frame waits for those before it, milliseconds: by the time of the stream, or by our own where it is quiet.
 * @param onLate a frame came after a later one had been let through.
 */
export function createSequencer(options: {
  waitMs: number;
  onFrame(frame: Frame): void;
  onLate(frame: Frame): void;
  now?: () => number;
}): Sequencer {
  const { waitMs, onFrame, onLate, now = Date.now } = options;
  const sources = createLruMap<string, Source>(MAX_SOURCES, (_, source) => {
    for (const seq of numbers(source)) emit(source, seq);
  });
  const cursors = new Map<string, Set<number>>();
  let time = 0;

  function add(settled: Settled): void {
    const { source: name, seq, frame, timestamp } = settled;
    time = Math.max(time, timestamp);
    if (name === undefined || seq === undefined) {
      if (frame) onFrame(frame);
      return;
    }
    const source: Source = sources.get(name) ?? { waiting: new Map(), never: [], passed: 0, still: 0 };
    sources.set(name, source);
    if (seq === 1) source.next ??= 1;
    never(source, settled.shed);
    never(source, settled.still);
    source.still += countShed(settled.still);
    if (source.next !== undefined && seq < source.next) {
      if (frame) onLate(frame);
    } else if (!source.waiting.has(seq)) {
      source.waiting.set(seq, { frame, isStill: settled.isStill, timestamp, arrived: now() });
      if (frame) hold(frame);
    }
    advance(source);
    if (source.waiting.size > MAX_WAITING) skip(source);
    giveUp(source);
  }

  function never(source: Source, ranges: ShedRanges = []): void {
    const wanted = ranges.filter(([, last]) => source.next === undefined || last >= source.next);
    if (wanted.length) source.never = joinShedRanges([...source.never, ...wanted]).slice(-MAX_WAITING);
  }

  /** Lets through what nothing is missing before. */
  function advance(source: Source): void {
    while (source.next !== undefined) {
      const { next } = source;
      const range = source.never.find(([first, last]) => first <= next && next <= last);
      if (range) {
        source.passed += range[1] - next + 1;
        source.next = range[1] + 1;
        source.never = source.never.filter(([, last]) => last > range[1]);
      } else if (source.waiting.has(next)) emit(source, next);
      else return;
    }
  }

  function emit(source: Source, seq: number): void {
    const { frame, isStill } = source.waiting.get(seq)!;
    source.waiting.delete(seq);
    source.next = seq + 1;
    source.passed++;
    if (isStill) source.still++;
    if (!frame) return;
    release(frame);
    if (source.still > 0) frame.still = Math.min(1, source.still / source.passed);
    source.passed = 0;
    source.still = 0;
    onFrame(frame);
  }

  /** Misses all before the first that waits. */
  function skip(source: Source): void {
    const [first] = numbers(source);
    if (first === undefined) return;
    source.never = source.never.filter(([, last]) => last >= first);
    source.next = first;
    advance(source);
  }

  function giveUp(source: Source): void {
    const isDue = ({ timestamp, arrived }: Waiting) =>
      time - timestamp > waitMs / 1000 || now() - arrived > waitMs || arrived > now() + waitMs;
    while ([...source.waiting.values()].some(isDue)) skip(source);
  }

  function hold(frame: Frame): void {
    const key = keyOf(frame);
    const held = cursors.get(key);
    if (held) held.add(frame.cursor);
    else cursors.set(key, new Set([frame.cursor]));
  }

  function release(frame: Frame): void {
    const key = keyOf(frame);
    const held = cursors.get(key);
    held?.delete(frame.cursor);
    if (held?.size === 0) cursors.delete(key);
  }

  return {
    add,
    beat() {
      for (const source of sources.values()) if (source.waiting.size > 0) giveUp(source);
    },
    oldest(key) {
      const held = cursors.get(key);
      return held && Math.min(...held);
    },
    get time() {
      return time;
    },
    clear() {
      sources.clear();
      cursors.clear();
      time = 0;
    },
  };
}

const numbers = ({ waiting }: Source) => [...waiting.keys()].sort((a, b) => a - b);
