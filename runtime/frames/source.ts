import {
  countShed,
  joinShedRanges,
  MAX_SHED_FRAMES,
  MAX_SHED_RANGES,
  type ShedRanges,
  splitShedRanges,
  uuidv7,
} from '@framewire/contract';

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
  /** Takes shed numbers that are not reported yet, as many as one message holds. The caller reports them or gives them back. */
  takeShed(): ShedRanges;
  /** Takes numbers back whose message did not get through. */
  giveBack(ranges: ShedRanges): void;
  /** How many shed numbers are not reported yet. */
  readonly unreported: number;
}

export function createSource(id: string = uuidv7()): Source {
  let last = 0;
  let shed: ShedRanges = []; // pairs, so that a broker that is away for hours costs no memory

  return {
    id,
    next: () => ++last,
    shed(seq) {
      const newest = shed.at(-1);
      if (newest && seq === newest[1] + 1) newest[1] = seq;
      else shed.push([seq, seq]);
    },
    takeShed() {
      const ranges = joinShedRanges(shed);
      const more = ranges.splice(MAX_SHED_RANGES);
      const [now, later] = splitShedRanges(ranges, MAX_SHED_FRAMES);
      shed = [...later, ...more];
      return now;
    },
    giveBack(ranges) {
      shed = joinShedRanges([...shed, ...ranges]);
    },
    get unreported() {
      return countShed(shed);
    },
  };
}
