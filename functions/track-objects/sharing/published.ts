import type { ProgressRecord, TracksRecord } from '@framewire/contract';
import { createLruMap } from '@framewire/runtime/process';
import { type Frame, keyOf } from '../stream/frame.ts';
import { decodeState, type Progress } from '../tracking/state.ts';
import { emptyState } from '../tracking/tracker.ts';

const MAX_KEYS = 2_000;

/** Up to where the frames of a camera and topic are tracked, as published. */
export interface Covered {
  cursor: number;
  /** When that was published: all up to the cursor was there before. Seconds since the epoch. */
  claimed: number;
  /** From when on the stream has to be read to have all after the cursor, seconds since the epoch. */
  since: number;
}

interface Published extends Covered {
  state?: unknown;
  lastId: number;
  /** Whether it has tracks. */
  isOpen: boolean;
}

/** What `track_queue` says of each camera and topic: the truth from which any replica goes on. */
export interface PublishedStates {
  tracks(record: TracksRecord): void;
  progress(record: ProgressRecord): void;
  covered(key: string): Covered | undefined;
  /** Where a tracker goes on; from nothing where nothing is known. */
  restore(key: string): Progress;
  /** Camera and topic of those that have tracks. */
  open(): [camera: string, topic: string][];
  /** The earliest moment that has to be read again. */
  readonly since: number | undefined;
  /** `result_queue` is another stream than before: cursors of the old one say nothing. */
  forgetCursors(): void;
}

export function createPublishedStates(): PublishedStates {
  const states = createLruMap<string, Published>(MAX_KEYS);

  function advance(key: string, covered: Covered, more: { state?: unknown; lastId: number; isOpen?: boolean }): void {
    const before = states.peek(key);
    states.set(key, {
      ...(before && before.claimed > covered.claimed ? pick(before) : covered),
      state: more.state ?? before?.state,
      lastId: Math.max(before?.lastId ?? 0, more.lastId),
      isOpen: more.isOpen ?? before?.isOpen ?? false,
    });
  }

  return {
    tracks(record) {
      const ids = [...record.tracks, ...record.ended].map(({ id }) => id);
      const covered = { cursor: record.cursor, claimed: record.timestamp, since: record.captured_at };
      advance(keyOf(record), covered, {
        state: record.state,
        lastId: Math.max(0, ...ids),
        isOpen: record.tracks.length > 0,
      });
    },
    progress({ cameras, cursor, timestamp, stream_time }) {
      const covered = { cursor, claimed: timestamp, since: stream_time };
      for (const [camera_id, topics] of Object.entries(cameras))
        for (const [topic, lastId] of Object.entries(topics)) advance(keyOf({ camera_id, topic }), covered, { lastId });
    },
    covered: (key) => states.peek(key),
    restore(key) {
      const { state, lastId = 0 } = states.get(key) ?? {};
      const progress = decodeState(state) ?? { tracker: emptyState() };
      progress.tracker.lastId = Math.max(progress.tracker.lastId, lastId);
      return progress;
    },
    open: () =>
      [...states.entries()].flatMap(([key, { isOpen }]) => (isOpen ? [key.split('/') as [string, string]] : [])),
    get since() {
      const moments = [...states.values()].map(({ since }) => since).filter((since) => since > 0);
      return moments.length ? Math.min(...moments) : undefined;
    },
    forgetCursors() {
      for (const [key, state] of [...states.entries()]) states.set(key, { ...state, cursor: -1 });
    },
  };
}

const pick = ({ cursor, claimed, since }: Covered): Covered => ({ cursor, claimed, since });

/** Whether a frame is among those that are tracked already. A stream that was made again has low cursors and late times. */
export const isCovered = ({ cursor, timestamp }: Frame, covered: Covered | undefined): boolean =>
  covered !== undefined && cursor <= covered.cursor && timestamp <= covered.claimed;
