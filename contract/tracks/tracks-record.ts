import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';
import { frameId } from '../frames/frame-id.ts';
import { sequenceNumber, sourceId } from '../frames/sequence.ts';
import { frameTopic } from '../frames/topic.ts';
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
 * its frame id, and take the first.
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

/** How often a replica of track-objects publishes how far it is, seconds. */
export const PROGRESS_INTERVAL_S = 5;

/** The heartbeat of a replica of track-objects, and where one that takes over goes on. */
export const progressRecord = z
  .object({
    node_id: z.string(),
    timestamp: z.number().describe('Seconds since the epoch.'),
    cursor: cursor.describe('The position in `result_queue` up to which the frames of its cameras are tracked.'),
  })
  .meta({ id: 'ProgressRecord', description: 'The heartbeat of a replica of track-objects.' });
export type ProgressRecord = z.infer<typeof progressRecord>;
