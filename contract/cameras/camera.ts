import { z } from 'zod';
import { describedEnum } from '../described-enum.ts';
import { sourceId } from '../frames/sequence.ts';
import { topicName } from '../frames/topic.ts';
import { cameraId } from './camera-id.ts';
import { cameraSettings } from './camera-settings.ts';
import { frameDeadline, maxFrameRate, topicsSpec } from './camera-topics.ts';

/** What a camera's source is doing. */
export const cameraState = describedEnum('CameraState', "What a camera's source is doing.", {
  starting: 'it is open, and no frame has come yet;',
  online: 'frames come;',
  offline: 'no frames come, and `reason` says why; it is retried with back-off;',
  ended: 'a file was played once to its end;',
  paused: 'a person paused it;',
  removed: 'it was removed, and is no longer shown.',
});
export type CameraState = z.infer<typeof cameraState>;

/** Of a camera that was renamed more often the oldest ids are forgotten. */
export const MAX_FORMER_IDS = 16;

/** A camera's state as `connectors/camera` publishes it to `results`: at each change, and every 10 s as a heartbeat. */
export const cameraRecord = z
  .object({
    camera_id: cameraId,
    state: cameraState,
    reason: z.string().optional().describe('Why it is offline: a sentence for a person.'),
    reason_code: z
      .enum(['no_frames', 'timeout'])
      .optional()
      .catch(undefined)
      .describe(
        'For programs: `no_frames` if it is open and no frame came in time, `timeout` if it did not answer. Absent if it refused or broke off.',
      ),
    since: z.number().describe('Since when it has been in this state, seconds since the epoch.'),
    timestamp: z.number().describe('When this record was made, seconds since the epoch.'),
    url: z
      .string()
      .optional()
      .describe('Where the frames come from, without credentials: `rtsp://10.0.0.4/door`, `demo:`, `/dev/video0`.'),
    source: sourceId.optional().describe('That of its first topic.'),
    fps: z.number().optional().describe('The maximum frame rate, frames per second: that of its fastest topic.'),
    topics: z
      .record(topicName, z.object({ fps: z.number(), deadline_ms: z.number(), source: sourceId }))
      .optional()
      .catch(undefined)
      .describe(
        'What it sends to each topic: the maximum frame rate, the deadline from the capture in milliseconds, and the source of the sequence numbers. Older versions do not write it: they send to `faces`.',
      ),
    formerly: z
      .array(z.object({ camera_id: cameraId, until: z.number() }))
      .max(MAX_FORMER_IDS)
      .optional()
      .catch(undefined)
      .describe(
        'Ids that it had before, each with the end of that time, seconds since the epoch. The oldest is first.',
      ),
    renamed_to: cameraId.optional().describe('Of a camera that was removed because it has another id now: that id.'),
    defined_in: z.string().max(300).optional().describe('The file that defines it: only that file can change it.'),
    settings: cameraSettings.optional().catch(undefined).describe('What a person set for it.'),
    restarts: z
      .int()
      .nonnegative()
      .default(0)
      .describe('How often its source was reopened since the connector started.'),
  })
  .meta({
    id: 'CameraRecord',
    description: "A camera's state, published at each change and every 10 s as a heartbeat.",
  });
export type CameraRecord = z.infer<typeof cameraRecord>;

/** What a camera is, as a person writes it. */
export const cameraSpecFields = {
  url: z
    .string('a camera needs a url, as text')
    .trim()
    .min(1, 'a camera needs a url')
    .describe(
      "`rtsp://`, `http(s)://` (MJPEG), a file's path or `file://`, `/dev/videoN`, or `demo:` for the drawn scene.",
    ),
  fps: maxFrameRate
    .optional()
    .describe('The maximum frame rate, frames per second; 10 by default. Short for `topics` with `faces` alone.'),
  topics: topicsSpec.optional(),
  loop: z.boolean('loop must be true or false').default(true).describe('Of a file: play it again at its end.'),
  deadline_ms: frameDeadline.default(2_000),
  ...cameraSettings.shape,
};

/** The body of `PUT /cameras/<id>` on `connectors/camera`. */
export const cameraSpec = z
  .strictObject(cameraSpecFields, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown field ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}; known: ${Object.keys(cameraSpecFields).join(', ')}`
        : 'a camera is an object such as {"url": "rtsp://10.0.0.4/live"}',
  })
  .refine(({ fps, topics }) => fps === undefined || topics === undefined, {
    path: ['fps'],
    error:
      'fps and topics cannot both be given: with topics, each has its own fps, as in {"topics": {"faces": {"fps": 10}}}',
  })
  .meta({ id: 'CameraSpec', description: 'A camera to be added to the camera connector, or changed.' });
export type CameraSpec = z.infer<typeof cameraSpec>;
