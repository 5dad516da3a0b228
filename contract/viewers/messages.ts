import { z } from 'zod';
import { cameraId, cameraRecord } from '../cameras/camera.ts';
import { resultRecord } from '../results/result.ts';

/** The WebSocket subprotocol of the dashboard. A client that names none gets the first generation's JSON. */
export const VIEWER_PROTOCOL = 'framewire.v1';

/** A position in the stream of results, the same at every replica: a reader that resumes names the last one it saw; -1 before the first. */
export const cursor = z.int().min(-1);

/** What a viewer says, as text. */
export const viewerMessage = z.discriminatedUnion('type', [
  /** Which cameras' pictures it wants: `"*"` all, `[]` none (a hidden tab). State comes regardless. */
  z.object({
    type: z.literal('watch'),
    cameras: z.union([z.literal('*'), z.array(cameraId).max(1000)]),
    /** The last cursor it saw, when it comes back: what was missed follows first, without pictures. */
    resume: cursor.optional(),
  }),
  /** Clock offset: `sent` is by the viewer's clock, milliseconds since the epoch. */
  z.object({ type: z.literal('ping'), sent: z.number() }),
  /** Age at the glass of pictures drawn since the last such message, milliseconds. */
  z.object({ type: z.literal('drawn'), ages: z.array(z.object({ camera_id: cameraId, age: z.number() })).max(500) }),
]);
export type ViewerMessage = z.infer<typeof viewerMessage>;

/** What the server says. `result` travels in a binary message with its picture (`picture-message.ts`), the rest as text. */
export const serverMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    node_id: z.string(),
    cursor,
    /** Whether what was missed since `resume` could be sent in full. */
    resumed: z.boolean(),
  }),
  /** Those that changed; with `all` there are no others, as at first. */
  z.object({ type: z.literal('cameras'), cameras: z.array(z.lazy(() => cameraView)), all: z.boolean().optional() }),
  z.object({
    type: z.literal('result'),
    cursor,
    record: resultRecord,
    /** When it was pushed, milliseconds since the epoch by the server's clock. */
    pushed_at: z.number(),
    /** A record that was missed and is told after the fact. */
    replay: z.boolean().optional(),
  }),
  z.object({ type: z.literal('pong'), sent: z.number(), now: z.number() }),
  /** What this viewer's connection could not carry: pictures let go so far, by camera. */
  z.object({ type: z.literal('skipped'), cameras: z.record(z.string(), z.int().nonnegative()) }),
  z.object({ type: z.literal('error'), error: z.string(), code: z.string() }),
]);
export type ServerMessage = z.infer<typeof serverMessage>;

/** A camera as results-ws knows it: its last state and what its frames became. */
export const cameraView = z.object({
  camera_id: cameraId,
  /** As its connector says; absent for a camera that only posts frames. */
  source: cameraRecord.omit({ camera_id: true }).optional(),
  /** Whether that connector's sign of life is overdue. */
  source_silent: z.boolean().default(false),
  /** Capture time of the newest frame with an outcome, seconds since the epoch. */
  last_frame: z.number().optional(),
  last_outcome: z.string().optional(),
  last_reason: z.string().optional(),
  /** Frames with a result in each second, over the last 10 s. */
  rate: z.number().nonnegative(),
  /** Outcomes counted since `counted_since` (seconds since the epoch). */
  outcomes: z.record(z.string(), z.int().nonnegative()),
  counted_since: z.number(),
});
export type CameraView = z.infer<typeof cameraView>;
