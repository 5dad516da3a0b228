/**
 * A frame as the first generation of producers sends it goes straight to `frame_queue` and without properties:
 * `{"frame": <base64 JPEG>, "timestamp": <seconds since the epoch>}`. It counts as this camera's.
 */
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
