import { createLruMap } from '@framewire/runtime/process';

/** A frame that came when there had been room for one for so long did not wait for room, unless the broker was slow. Milliseconds. */
export const ROOM_MS = 30;
/** After this many such frames in a row the broker is not slow. */
const MIN_IN_A_ROW = 3;
/** The source that was not heard for longest is forgotten first. */
const MAX_SOURCES = 10_000;

/** Estimates how long frames waited in a queue, whatever the clocks of their sources say. */
export interface QueueDelayEstimator {
  /**
   * @param source whose clock it is.
   * @param claimed from the publish by its clock to the delivery by ours, milliseconds.
   * @param room for how long one more frame could have been delivered when it was, milliseconds.
   * @returns milliseconds
   */
  estimate(source: string, claimed: number, room: number): number;
}

/** A frame that did not have to wait shows by how much two clocks differ. So does a frame whose wait would be below 0. */
export function createQueueDelayEstimator(): QueueDelayEstimator {
  const offsets = createLruMap<string, number>(MAX_SOURCES);
  let inARow = 0;
  return {
    estimate(source, claimed, room) {
      const offset = offsets.get(source) ?? 0;
      inARow = room >= ROOM_MS ? inARow + 1 : 0;
      const isFree = inARow >= MIN_IN_A_ROW;
      if (!isFree && claimed >= offset) return claimed - offset;
      offsets.set(source, claimed);
      return 0;
    },
  };
}
