import { randomBytes } from 'node:crypto';
import { type ShedRanges, toShedRanges } from '@framewire/contract';

/** A gapless numbering of the frames that one producer sends, so that any reader of the outcomes can tell which are missing. */
export interface Source {
  /** Taken at the start of the producer: a restart begins a new numbering. */
  readonly id: string;
  /** The number for the next frame. */
  next(): number;
  /** That number's frame will not be published: say so with the next one. */
  letGo(seq: number): void;
  /** What was let go and not told yet. The caller tells it, or gives it back. */
  takeShed(): ShedRanges;
  /** The message that should have told them did not get through. */
  giveBack(ranges: ShedRanges): void;
  /** How many numbers wait to be told. */
  readonly untold: number;
}

export function createSource(id: string = randomBytes(9).toString('base64url')): Source {
  let last = 0;
  let shed: number[] = [];
  return {
    id,
    next: () => ++last,
    letGo: (seq) => shed.push(seq),
    takeShed() {
      const ranges = toShedRanges(shed);
      shed = [];
      return ranges;
    },
    giveBack(ranges) {
      for (const [first, last] of ranges) for (let seq = first; seq <= last; seq++) shed.push(seq);
    },
    get untold() {
      return shed.length;
    },
  };
}
