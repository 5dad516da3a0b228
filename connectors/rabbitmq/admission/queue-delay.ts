/** A frame that came when there had been room for one for so long did not wait for room, milliseconds: unless the broker was slow. */
const ROOM_MS = 30;
/** So many in a row, and it was not the broker. */
const IN_A_ROW = 3;
/** The longest unheard are forgotten first. */
const MOST_SOURCES = 10_000;

/** How long frames waited in a queue, whatever their sources' clocks say. */
export interface Waits {
  /**
   * @param source whose clock it is.
   * @param claimed from the publish by its clock to the delivery by ours, milliseconds.
   * @param room for how long one more could have been delivered when it was, milliseconds.
   * @returns milliseconds
   */
  of(source: string, claimed: number, room: number): number;
}

/** A frame that did not have to wait tells by how much two clocks differ, and so does one that can have waited no less than not at all. */
export function createWaits(): Waits {
  const offsets = new Map<string, number>();
  let inARow = 0;
  return {
    of(source, claimed, room) {
      let offset = offsets.get(source) ?? 0;
      inARow = room >= ROOM_MS ? inARow + 1 : 0;
      const isFree = inARow >= IN_A_ROW;
      if (isFree || claimed < offset) {
        offset = claimed;
        offsets.delete(source);
        offsets.set(source, offset);
        if (offsets.size > MOST_SOURCES) offsets.delete(offsets.keys().next().value!);
      }
      return isFree ? 0 : claimed - offset;
    },
  };
}
