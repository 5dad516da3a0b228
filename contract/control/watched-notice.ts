import { z } from 'zod';
import { cameraId } from '../cameras/camera.ts';

/** More cameras than this are published as `*`: the notice stays small, and nearly all are watched anyway. */
export const MAX_WATCHED_CAMERAS = 200;

/**
 * Which cameras the viewers of one results-ws watch. Published to the exchange `watched` at each change, and every
 * `WATCHED_INTERVAL_MS` while that is any. Connectors forward the pictures of these cameras, and of no others.
 */
export const watchedNotice = z.object({
  /** The replica of results-ws: the last notice of each holds. */
  node_id: z.string().min(1).max(256),
  /** `*` is all of them; none ends what the notice before said. */
  cameras: z.union([z.literal('*'), z.array(cameraId).max(MAX_WATCHED_CAMERAS)]),
});
export type WatchedNotice = z.infer<typeof watchedNotice>;

export const WATCHED_INTERVAL_MS = 1_000;
/** A notice holds so long, should its replica not be heard again. */
export const WATCHED_HOLDS_MS = 3_000;
