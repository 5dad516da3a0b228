import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';
import { frameId } from '../frames/frame-id.ts';
import { frameTopic, topicName } from '../frames/topic.ts';
import { cloudEvent } from '../notifications/cloud-event.ts';
import { resultRecord } from '../results/result.ts';
import { cameraView } from './camera-view.ts';
import { cursor } from './cursor.ts';

/** The WebSocket subprotocol of the dashboard. A client that names none gets the legacy JSON. */
export const VIEWER_PROTOCOL = 'framewire.v1';

const sent = z.number().describe("When the viewer sent the ping, by the viewer's clock, milliseconds since the epoch.");

/** A message from a viewer, as text. */
export const viewerMessage = z
  .discriminatedUnion('type', [
    z
      .object({
        type: z.literal('watch'),
        cameras: z
          .union([z.literal('*'), z.array(cameraId).max(1000)])
          .describe(
            'The cameras whose frames it wants: `*` all, `[]` none (a hidden tab). Outcomes come for all cameras.',
          ),
        topics: z
          .union([z.literal('*'), z.array(topicName).max(100)])
          .optional()
          .describe('The topics whose outcomes and frames it wants. Absent or `*`: all.'),
        resume: cursor
          .optional()
          .describe('The last cursor it saw, when it reconnects: the outcomes it missed come first, without frames.'),
      })
      .describe('Which cameras the viewer watches. The first one starts the stream.'),
    z.object({ type: z.literal('ping'), sent }).describe('Measures the clock offset.'),
    z
      .object({
        type: z.literal('drawn'),
        latencies: z
          .array(z.object({ camera_id: cameraId, latency: z.number().describe('Milliseconds.') }))
          .max(500)
          .describe('One for each frame drawn since the last such message.'),
      })
      .describe('The end-to-end latency of the frames that the viewer drew: from capture to the screen.'),
  ])
  .meta({ id: 'ViewerMessage', description: 'A message from a viewer.' });
export type ViewerMessage = z.infer<typeof viewerMessage>;

/** A message to a viewer. `result` is binary and carries its frame (`binary-message.ts`), the others are text. */
export const serverMessage = z
  .discriminatedUnion('type', [
    z
      .object({
        type: z.literal('hello'),
        node_id: z.string().describe('The replica of results-ws.'),
        cursor,
        resumed: z.boolean().describe('Whether everything since `resume` could be sent.'),
      })
      .describe('The first message about results: what follows comes after `cursor`.'),
    z
      .object({
        type: z.literal('cameras'),
        cameras: z.array(cameraView).describe('The cameras that changed.'),
        all: z.boolean().optional().describe('Whether these are all cameras, as in the first such message.'),
      })
      .describe('The state of cameras.'),
    z
      .object({
        type: z.literal('result'),
        cursor,
        record: resultRecord,
        sent_at: z.number().describe("When it was sent, by the server's clock, milliseconds since the epoch."),
        replay: z.boolean().optional().describe('Whether it is an outcome that the viewer missed.'),
      })
      .describe('An outcome.'),
    z
      .object({
        type: z.literal('tracks'),
        camera_id: cameraId,
        topic: frameTopic,
        frame_id: frameId,
        tracks: z
          .array(z.object({ id: z.int().positive(), detection: z.int().nonnegative().optional() }))
          .describe('The objects that are followed: the number of each, and which detection of the frame it is.'),
      })
      .describe('The numbers at the boxes of a frame of a watched camera. It comes a moment after the outcome.'),
    z
      .object({
        type: z.literal('pong'),
        sent,
        now: z.number().describe("The server's clock, milliseconds since the epoch."),
      })
      .describe('The answer to a ping.'),
    z
      .object({
        type: z.literal('skipped'),
        cameras: z.record(z.string(), z.int().nonnegative()).describe('Frames dropped so far, by camera.'),
      })
      .describe('The connection of the viewer is too slow for all frames.'),
    z
      .object({ type: z.literal('notification'), event: cloudEvent })
      .describe('A rule with the target `browser` matched. One that comes again has the same `id`.'),
    z
      .object({ type: z.literal('error'), error: z.string(), code: z.string() })
      .describe('A message from the viewer was not understood.'),
  ])
  .meta({ id: 'ServerMessage', description: 'A message to a viewer.' });
export type ServerMessage = z.infer<typeof serverMessage>;
