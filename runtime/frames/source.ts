import {
  countShed,
  joinShedRanges,
  MAX_SHED_FRAMES,
  MAX_SHED_RANGES,
  type ShedRanges,
  splitShedRanges,
  uuidv7,
} from '@framewire/contract';

/** Numbers of frames that are not published, by why. */
export interface Unreported {
  shed: ShedRanges;
  still: ShedRanges;
}

/** A gapless numbering of the frames that one producer sends, so that any reader of the outcomes can tell which are missing. */
export interface Source {
  /**
   * Taken at the start of the producer: a restart begins a new numbering. A UUIDv7, so that whoever has read all outcomes from before
   * that moment knows that the numbers began at 1.
   */
  readonly id: string;
  /** The number for the next frame. */
  next(): number;
  /** Marks a number as shed: its frame will not be published, and the next message reports that. */
  shed(seq: number): void;
  /** Marks a number as still: its frame is not to be detected, and the next message reports that. */
  still(seq: number): void;
  /** Takes numbers that are not reported yet, as many as one message holds. The caller reports them or gives them back. */
  take(): Unreported;
  /** Takes numbers back whose message did not get through. */
  giveBack(numbers: Unreported): void;
  /** How many numbers are not reported yet. */
  readonly unreported: number;
}

export function createSource(id: string = uuidv7()): Source {
  let last = 0;
  const shed = createRanges();
  const still = createRanges();

  return {
    id,
    next: () => ++last,
    shed: shed.add,
    still: still.add,
    take: () => ({ shed: shed.take(), still: still.take() }),
    giveBack(numbers) {
      shed.giveBack(numbers.shed);
      still.giveBack(numbers.still);
    },
    get unreported() {
      return shed.count() + still.count();
    },
  };
}

/** Pairs, so that a broker that is away for hours costs no memory. */
function createRanges() {
  let pairs: ShedRanges = [];
  return {
    add(seq: number): void {
      const newest = pairs.at(-1);
      if (newest && seq === newest[1] + 1) newest[1] = seq;
      else pairs.push([seq, seq]);
    },
    take(): ShedRanges {
      const ranges = joinShedRanges(pairs);
      const more = ranges.splice(MAX_SHED_RANGES);
      const [now, later] = splitShedRanges(ranges, MAX_SHED_FRAMES);
      pairs = [...later, ...more];
      return now;
    },
    giveBack(ranges: ShedRanges): void {
      pairs = joinShedRanges([...pairs, ...ranges]);
    },
    count: () => countShed(pairs),
  };
}
