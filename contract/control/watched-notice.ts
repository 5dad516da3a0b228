import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';

/** More cameras than this are published as `*`: the notice stays small, and nearly all are watched anyway. */
export const MAX_WATCHED_CAMERAS = 200;

/**
 * Names the cameras that the viewers of one results-ws watch. It is published to the exchange `watched` at each change, and every
 * `WATCHED_INTERVAL_MS` while there are any. Connectors forward the frames of these cameras only.
 */
export const watchedNotice = z
  .object({
    node_id: z.string().min(1).max(256).describe('The replica of results-ws. Its last notice holds.'),
    cameras: z
      .union([z.literal('*'), z.array(cameraId).max(MAX_WATCHED_CAMERAS)])
      .describe('`*`: all cameras; an empty list: none any more.'),
  })
  .meta({ id: 'WatchedNotice', description: 'The cameras that the viewers of one results-ws watch.' });
export type WatchedNotice = z.infer<typeof watchedNotice>;

export const WATCHED_INTERVAL_MS = 1_000;
/** How long a notice holds if its replica is not heard again. */
export const WATCHED_HOLDS_MS = 3_000;
