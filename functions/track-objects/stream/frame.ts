import type { Detection, ImageSize, ResultRecord, ShedRanges } from '@framewire/contract';

/** A detected frame, as it is tracked. */
export interface Frame {
  /** Its position in `result_queue`. */
  cursor: number;
  frame_id: string;
  camera_id: string;
  topic: string;
  source?: string;
  seq?: number;
  /** Seconds since the epoch; so is `timestamp`: when the outcome was known. */
  captured_at: number;
  timestamp: number;
  image?: ImageSize;
  detections: Detection[];
  /** The share of the frames since the last one that the camera found still. */
  still?: number;
}

/** What a record of the stream says about the numbers of a source. */
export interface Settled {
  source?: string;
  seq?: number;
  /** Numbers that never come, and those among them in which nothing moved. */
  shed?: ShedRanges;
  still?: ShedRanges;
  /** Whether the number itself was found still. */
  isStill: boolean;
  timestamp: number;
  /** Absent where the frame was not detected. */
  frame?: Frame;
}

export function settledBy(record: ResultRecord, cursor: number): Settled {
  const { source, seq, shed, still, outcome, timestamp } = record;
  const frame: Frame | undefined =
    outcome === 'detected'
      ? {
          cursor,
          frame_id: record.frame_id,
          camera_id: record.camera_id,
          topic: record.topic,
          source,
          seq,
          captured_at: record.original_timestamp,
          timestamp,
          image: record.image,
          detections: record.detections,
        }
      : undefined;
  return { source, seq, shed, still, isStill: outcome === 'still', timestamp, frame };
}

/** A tracker follows the objects of one camera in one topic. */
export const keyOf = ({ camera_id, topic }: { camera_id: string; topic: string }): string => `${camera_id}/${topic}`;
