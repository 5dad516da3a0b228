import { type Frame, type ReasonCode, type ResultRecord, type ShedRanges, uuidv7 } from '@framewire/contract';
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
 * One record reports all numbers. It stands for the frame that viewers were shown, or else for the highest number of those that are still,
 * or else of those that were shed; its ranges hold the others. Its frame id is that of the frame that was shown. Otherwise it is new: a shed
 * frame may come again under its own (a caller that was refused repeats it), or may have reached the queue unconfirmed.
 * @param newest the newest frame of each kind; undefined where there is none of it.
 */
export function unsentRecord(
  { shed, still }: Unreported,
  newest: { shed?: Unsent; still?: Unsent; shown?: Unsent },
  topic: string,
): ResultRecord | undefined {
  const shown = newest.shown && contains(still, newest.shown.frame.seq) ? newest.shown : undefined;
  const outcome = still.length > 0 ? 'still' : 'shed';
  const unsent = shown ?? newest[outcome];
  const ranges = { shed, still };
  const seq = shown?.frame.seq ?? ranges[outcome].at(-1)?.[1];
  if (!unsent || seq === undefined) return undefined;
  const { frame, reason, code } = unsent;
  const { camera_id, source, captured_at } = frame;
  return {
    frame_id: shown ? frame.frame_id : uuidv7(),
    camera_id,
    topic,
    source,
    seq,
    shed,
    ...(still.length > 0 && { still }),
    [outcome]: without(ranges[outcome], seq),
    outcome,
    reason,
    reason_code: code,
    detections: [],
    timestamp: Date.now() / 1000,
    original_timestamp: captured_at / 1000,
    stages: { captured_at, ...(shown && { published_at: shown.shownAt }) },
  };
}

const contains = (ranges: ShedRanges, seq: number): boolean =>
  ranges.some(([first, last]) => first <= seq && seq <= last);

function without(ranges: ShedRanges, seq: number): ShedRanges {
  return ranges.flatMap(([first, last]): ShedRanges => {
    if (seq < first || last < seq) return [[first, last]];
    const parts: ShedRanges = [
      [first, seq - 1],
      [seq + 1, last],
    ];
    return parts.filter(([from, to]) => from <= to);
  });
}
