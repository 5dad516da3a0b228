import { z } from 'zod';

/**
 * A frame as the first generation of producers sends it, straight to `frame_queue` and without properties:
 * `{"frame": <base64 JPEG>, "timestamp": <seconds since the epoch>}`. It counts as camera `default`.
 */
export const seedFrame = z.object({ frame: z.base64().min(1), timestamp: z.number().positive() });
export type SeedFrame = z.infer<typeof seedFrame>;

export const SEED_CAMERA = 'default';

/**
 * What `/ws/results` says to a client that asks for nothing else, of each frame that was detected and whose picture is at hand:
 * boxes without their picture would be drawn on another. Pixels of the picture; seconds since the epoch.
 */
export interface SeedResult {
  timestamp: number;
  node_id: string;
  detections: { x: number; y: number; w: number; h: number }[];
  original_timestamp: number;
  /** Base64 JPEG. */
  frame: string;
  frame_id: string;
  camera_id: string;
}
