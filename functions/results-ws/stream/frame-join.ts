import type { ResultRecord } from '@framewire/contract';
import type { Entry } from './history.ts';
import type { WatchedFrames } from './watched-frames.ts';

/** A frame that should be here by now is waited for so long, milliseconds. */
const GRACE_MS = 150;

/** Outcomes wait here for their frames, and leave in the order in which they came. */
export interface FrameJoin {
  add(entry: Entry, watched: boolean): void;
  /** Forgets what waits. */
  clear(): void;
}

/** One that its source shed never had a frame here, and of those that are still only some do. */
const hasFrame = ({ outcome, stages }: ResultRecord): boolean =>
  outcome === 'still' ? stages.published_at !== undefined : outcome !== 'shed';

interface Waiting extends Entry {
  watched: boolean;
  until: number;
}

/**
 * The frame comes by one queue and the outcome by another: mostly the frame is first. Where it is not, and frames of its
 * camera do come, the outcome waits a little; of a camera whose frames do not come it waits for none.
 */
export function createFrameJoin(
  frames: WatchedFrames,
  onReady: (entry: Entry, jpeg: Uint8Array | undefined) => void,
): FrameJoin {
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  frames.onArrival(() => waiting.length > 0 && move());

  function move(): void {
    clearTimeout(timer);
    while (waiting.length > 0) {
      const { cursor, record, watched, until } = waiting[0]!;
      const jpeg = frames.take(record.frame_id);
      if (!jpeg && watched && frames.isFlowing(record.camera_id)) {
        const left = until - Date.now();
        if (left > 0) {
          timer = setTimeout(move, left);
          return;
        }
        frames.missed(record.camera_id);
      }
      waiting.shift();
      onReady({ cursor, record }, jpeg);
    }
  }

  return {
    add(entry, watched) {
      const due = watched && hasFrame(entry.record);
      waiting.push({ ...entry, watched: due, until: Date.now() + GRACE_MS });
      move();
    },
    clear() {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
