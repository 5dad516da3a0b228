import { type Frame, type ReasonCode, type ResultRecord, uuidv7 } from '@framewire/contract';
import type { Unreported } from './source.ts';

/** A frame that its source did not publish, and why. */
export interface Unsent {
  frame: Pick<Frame, 'frame_id' | 'camera_id' | 'captured_at'> & { source: string; seq: number };
  reason: string;
  code: ReasonCode;
  /** When its JPEG was published to viewers, milliseconds since the epoch; undefined if it was not. */
  shownAt?: number;
}

/**
 * One record reports all numbers. It stands for the highest of those that are still, or else of those that were shed, and its ranges hold
 * the others. Its frame id is that of the frame if viewers have its JPEG. Otherwise it is new: a shed frame may come again under its own (a
 * caller that was refused repeats it), or may have reached the queue unconfirmed.
 * @param newest the newest frame of each kind; undefined where there is none of it.
 */
export function unsentRecord(
  { shed, still }: Unreported,
  newest: { shed?: Unsent; still?: Unsent },
  topic: string,
): ResultRecord | undefined {
  const outcome = still.length > 0 ? 'still' : 'shed';
  const [own, unsent] = outcome === 'still' ? [still, newest.still] : [shed, newest.shed];
  const seq = own.at(-1)?.[1];
  if (!unsent || seq === undefined) return undefined;
  const { frame, reason, code, shownAt } = unsent;
  const { camera_id, source, captured_at } = frame;
  const isShown = shownAt !== undefined && seq === frame.seq;
  const ranges = outcome === 'still' ? { shed, still: withoutLast(still) } : { shed: withoutLast(shed) };
  return {
    frame_id: isShown ? frame.frame_id : uuidv7(),
    camera_id,
    topic,
    source,
    seq,
    ...ranges,
    outcome,
    reason,
    reason_code: code,
    detections: [],
    timestamp: Date.now() / 1000,
    original_timestamp: captured_at / 1000,
    stages: { captured_at, ...(isShown && { published_at: shownAt }) },
  };
}

/** The ranges without their highest number. */
function withoutLast(ranges: Unreported['shed']): Unreported['shed'] {
  const [first, last] = ranges.at(-1)!;
  return first < last ? [...ranges.slice(0, -1), [first, last - 1]] : ranges.slice(0, -1);
}
