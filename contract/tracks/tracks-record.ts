import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';
import { frameId } from '../frames/frame-id.ts';
import { sequenceNumber, sourceId } from '../frames/sequence.ts';
import { frameTopic, topicName } from '../frames/topic.ts';
import { imageSize } from '../results/detection.ts';
import { cursor } from '../viewers/cursor.ts';
import { crossing, endedTrack, track } from './track.ts';

/** The AMQP `type` property of a message in `track_queue`. */
export const TRACKS_TYPE = {
  tracks: 'framewire.tracks',
  progress: 'framewire.progress',
} as const;

/**
 * The tracks of one frame, as `functions/track-objects` publishes them to `tracks`. A frame without tracks has no record, unless it ended
 * some. Records of a camera and topic come in the order of capture. After a restart a frame's record may come again: readers know it by
 * its frame id, and take the first. A camera that falls silent has no frame to end its tracks with: that record has a frame id of its own,
 * the time of the last frame, and no tracks.
 */
export const tracksRecord = z
  .object({
    camera_id: cameraId,
    topic: frameTopic,
    frame_id: frameId,
    source: sourceId.optional(),
    seq: sequenceNumber.optional(),
    captured_at: z.number().describe('When the frame was captured, seconds since the epoch.'),
    timestamp: z.number().describe('When the record was made, seconds since the epoch.'),
    node_id: z.string().describe('The replica of track-objects.'),
    image: imageSize.optional(),
    cursor: cursor.describe('The position in `result_queue` up to which all frames of this camera are tracked.'),
    tracks: z.array(track).max(1_000).describe('Those that are followed, detected in this frame or not.'),
    ended: z.array(endedTrack).max(1_000).default([]).describe('Those that ended with this frame.'),
    crossings: z.array(crossing).max(1_000).default([]),
    state: z
      .unknown()
      .optional()
      .describe('What the tracker needs to go on from here after a restart. For itself alone.'),
  })
  .meta({ id: 'TracksRecord', description: 'The tracks of one frame.' });
export type TracksRecord = z.infer<typeof tracksRecord>;

/** The maximum size of a message in `track_queue`. */
export const MAX_TRACK_RECORD_BYTES = 1024 * 1024;

/** How often a replica of track-objects publishes how far it is, seconds. */
export const PROGRESS_INTERVAL_S = 5;

/** The heartbeat of a replica of track-objects, and where one that takes over goes on. */
export const progressRecord = z
  .object({
    node_id: z.string(),
    timestamp: z.number().describe('Seconds since the epoch.'),
    cursor: cursor.describe('The position in `result_queue` up to which the frames of its cameras are tracked.'),
    cameras: z
      .record(cameraId, z.record(topicName, z.int().nonnegative()))
      .default({})
      .describe('The cameras that it tracks, with the last id that it gave to a track of each topic.'),
    stream_time: z
      .number()
      .default(0)
      .describe(
        'All at the cursor and before was published by then, and nothing after it before: seconds since the epoch.',
      ),
    left: z.boolean().default(false).describe('It ends, and tracks nothing any more.'),
  })
  .meta({ id: 'ProgressRecord', description: 'The heartbeat of a replica of track-objects.' });
export type ProgressRecord = z.infer<typeof progressRecord>;

export type TrackStreamRecord =
  | { type: 'tracks'; record: TracksRecord }
  | { type: 'progress'; record: ProgressRecord }
  | { type: 'other' };

/**
 * A message of `track_queue`.
 * @throws SyntaxError, RangeError or ZodError when a message of our own types is malformed.
 */
export function decodeTrackRecord(type: unknown, content: Uint8Array): TrackStreamRecord {
  if (type !== TRACKS_TYPE.tracks && type !== TRACKS_TYPE.progress) return { type: 'other' };
  if (content.length > MAX_TRACK_RECORD_BYTES)
    throw new RangeError(`a record of ${content.length} bytes: at most ${MAX_TRACK_RECORD_BYTES}`);
  const json: unknown = JSON.parse(new TextDecoder().decode(content));
  return type === TRACKS_TYPE.tracks
    ? { type: 'tracks', record: tracksRecord.parse(json) }
    : { type: 'progress', record: progressRecord.parse(json) };
}
