import { z } from 'zod';

/**
 * A camera id: 1 to 64 letters, digits, `_` or `-`. It is a routing key's last word, a metric label, part of a URL and a name in
 * JSON: the few words that every object of JavaScript has already (`constructor`, `__proto__`) are refused.
 */
export const cameraId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'a camera id is 1 to 64 letters, digits, "_" or "-"')
  .refine((id) => !(id in {}), 'this word cannot be a camera id, since every object in JavaScript has it');

/**
 * What a camera's source is doing:
 * - `starting`: opened, no frame yet;
 * - `online`: frames come;
 * - `offline`: no frames, and `reason` says why; it is tried again with back-off;
 * - `ended`: a file that was played once to its end;
 * - `removed`: taken out; it is shown no longer.
 */
export const cameraState = z.enum(['starting', 'online', 'offline', 'ended', 'removed']);
export type CameraState = z.infer<typeof cameraState>;

/** A camera's state as `connectors/camera` publishes it to `results`: at each change, and again every 10 s as a sign of life. */
export const cameraRecord = z.object({
  camera_id: cameraId,
  state: cameraState,
  /** Why it is offline, in words for a person. */
  reason: z.string().optional(),
  /** For programs: it is open and sent nothing in time. Absent where it could not be opened or broke off. */
  reason_code: z.enum(['no_frames']).optional().catch(undefined),
  /** Since when it has been in this state, seconds since the epoch. */
  since: z.number(),
  /** When this record was made, seconds since the epoch. */
  timestamp: z.number(),
  /** Where the pictures come from, without credentials: `rtsp://10.0.0.4/door`, `demo:`, `/dev/video0`. */
  url: z.string().optional(),
  /** The numbering that this camera's frames bear at present. */
  source: z.string().optional(),
  /** Frames a second that it sends at most. */
  fps: z.number().optional(),
  /** How often its source was opened again since the connector started. */
  restarts: z.int().nonnegative().default(0),
});
export type CameraRecord = z.infer<typeof cameraRecord>;

/** The body of `PUT /cameras/<id>` on `connectors/camera`. */
export const cameraSpec = z.strictObject(
  {
    /** `rtsp://`, `http(s)://` (MJPEG), a file's path or `file://`, `/dev/videoN`, or `demo:` for the drawn scene. */
    url: z.string('a camera needs a url, as text').trim().min(1, 'a camera needs a url'),
    /** Frames a second at most. */
    fps: z
      .number('fps must be a number')
      .positive('fps must be above 0')
      .max(120, 'fps must be at most 120')
      .default(10),
    /** A file only: start again at its end. */
    loop: z.boolean('loop must be true or false').default(true),
    /** How long a frame is worth detecting, milliseconds from its capture. */
    deadline_ms: z
      .int('deadline_ms must be a whole number')
      .positive('deadline_ms must be above 0')
      .max(60_000, 'deadline_ms must be at most 60000')
      .default(2_000),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown field ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}; known: url, fps, loop, deadline_ms`
        : 'a camera is an object such as {"url": "rtsp://10.0.0.4/live"}',
  },
);
export type CameraSpec = z.infer<typeof cameraSpec>;
