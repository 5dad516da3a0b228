import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';
import { topicName } from '../frames/topic.ts';
import { resultRecord } from '../results/result.ts';
import { cursor } from '../viewers/cursor.ts';
import { latencyStages } from './latency.ts';

/**
 * `GET api/frames?camera=<id>&topic=<topic>&from=<s>&to=<s>&limit=<n>&cursor=<n>`: the outcomes in memory, newest first. With `order=slowest` those of
 * the last 15 minutes, slowest first: the slowest of each minute stay in memory longer than the rest.
 */
export const framesAnswer = z
  .object({
    camera_id: cameraId.optional().describe('The camera that was asked for; absent: all cameras.'),
    topic: topicName.optional().describe('The topic that was asked for; absent: all topics.'),
    frames: z.array(resultRecord),
    next: cursor.optional().describe('The `cursor` of the next page; absent on the last page.'),
  })
  .meta({ id: 'Frames', description: 'A page of frames with their outcomes.' });
export type FramesAnswer = z.infer<typeof framesAnswer>;

/** `GET api/frames/<frame id>`: one frame; 404 if it is unknown or no longer in memory. */
export const frameAnswer = z
  .object({
    record: resultRecord,
    stages: latencyStages
      .optional()
      .describe('The latency breakdown; absent if a producer or a function does not report its moments.'),
    slower_than: z
      .number()
      .optional()
      .describe("The share of its camera's frames of this topic in memory that took less time, 0 to 1."),
  })
  .meta({ id: 'FrameDetails', description: 'One frame with its outcome and its latency breakdown.' });
export type FrameAnswer = z.infer<typeof frameAnswer>;
