import { createLruMap } from '@framewire/runtime/process';
import { ROOM_MS } from '../admission/queue-delay.ts';

/** A clock that is off by less is treated as right, milliseconds. By more it is reported and corrected. */
const SKEW_MS = 30_000;
/** What one source's frames claim may differ by so much and still be the same clock, milliseconds. */
const SAME_MS = 2_000;
/** Frames must say the same for so long before it is believed: a broker that stood still makes frames old too, but not for long. */
const BELIEVED_AFTER_MS = 3_000;
const MAX_SOURCES = 10_000;

/**
 * What is known of a source's clock:
 * - `right`: nothing is against it;
 * - `suspected`: its frame claims to be old, though nothing made it wait here;
 * - `off`: it has been so for long. `behindMs` is how far the clock is behind ours; below 0 it is ahead.
 */
export type SourceClock = { state: 'right' } | { state: 'suspected' } | { state: 'off'; behindMs: number };

/**
 * Finds sources whose clocks are far off, by their frames alone: RabbitMQ before 3.13 does not say when a message came to it. A frame
 * cannot have waited in a queue that had room for it, and it cannot have come before it was sent. Where it claims so, its clock is off.
 */
export interface SourceClocks {
  /**
   * @param source whose clock it is.
   * @param claimed from the publish by its clock to the delivery by ours, milliseconds.
   * @param room for how long one more frame could have been delivered when it was, milliseconds.
   * @param now by our clock, milliseconds.
   */
  observe(source: string, claimed: number, room: number, now: number): SourceClock;
}

export function createSourceClocks(): SourceClocks {
  const seen = createLruMap<string, { behindMs: number; since: number }>(MAX_SOURCES);
  return {
    observe(source, claimed, room, now) {
      if (Math.abs(claimed) < SKEW_MS) {
        seen.delete(source);
        return { state: 'right' };
      }
      let clock = seen.get(source);
      if (claimed < 0 || room >= ROOM_MS) {
        const isSame = clock && Math.abs(claimed - clock.behindMs) <= SAME_MS;
        clock = isSame
          ? { ...clock!, behindMs: Math.min(clock!.behindMs, claimed) }
          : { behindMs: claimed, since: now };
        seen.set(source, clock);
      }
      if (!clock) return { state: 'right' }; // it may have waited
      const { behindMs, since } = clock;
      return now - since >= BELIEVED_AFTER_MS ? { state: 'off', behindMs } : { state: 'suspected' };
    },
  };
}
