import { z } from 'zod';
import { cameraRecord } from '../cameras/camera.ts';
import { cameraId } from '../cameras/camera-id.ts';
import { topicName } from '../frames/topic.ts';

const outcomes = z.record(z.string(), z.int().nonnegative());

/** What results-ws knows of one topic of a camera. */
const topicView = z.object({
  rate: z.number().nonnegative().describe('Detected frames per second over the last 10 s.'),
  outcomes: outcomes.describe('Outcomes since `counted_since`, by name.'),
  last_frame: z
    .number()
    .optional()
    .describe('When its newest frame with an outcome was captured, seconds since the epoch.'),
});

/** A camera as results-ws knows it. */
export const cameraView = z
  .object({
    camera_id: cameraId,
    source: cameraRecord
      .omit({ camera_id: true })
      .optional()
      .describe('The last record of its camera connector; absent for a camera that only posts frames.'),
    source_silent: z.boolean().default(false).describe("Whether that connector's heartbeat is overdue."),
    last_frame: z
      .number()
      .optional()
      .describe('When its newest frame with an outcome was captured, seconds since the epoch.'),
    last_outcome: z.string().optional(),
    last_reason: z.string().optional(),
    rate: z
      .number()
      .nonnegative()
      .describe('Detected frames per second over the last 10 s; of several topics that of the fastest.'),
    outcomes: outcomes.describe('Outcomes since `counted_since`, by name; of all topics together.'),
    topics: z
      .record(topicName, topicView)
      .optional()
      .describe('Apart by topic; absent for a camera that sends to `faces` alone.'),
    counted_since: z.number().describe('Seconds since the epoch.'),
  })
  .meta({ id: 'Camera', description: 'A camera: its state and the outcomes of its frames.' });
export type CameraView = z.infer<typeof cameraView>;
