/**
 * Legacy producers publish `{"frame": <base64 JPEG>, "timestamp": <seconds since the epoch>}` straight to `frame_queue`, without
 * properties. Such a frame belongs to this camera.
 */
export const LEGACY_CAMERA = 'default';

/**
 * The message on `/ws/results` to a client without a subprotocol, for each detected frame whose JPEG is at hand: boxes without their frame
 * would be drawn on another one. Pixels of the frame; seconds since the epoch.
 */
export interface LegacyResult {
  timestamp: number;
  node_id: string;
  detections: { x: number; y: number; w: number; h: number }[];
  original_timestamp: number;
  /** Base64 JPEG. */
  frame: string;
  frame_id: string;
  camera_id: string;
}
