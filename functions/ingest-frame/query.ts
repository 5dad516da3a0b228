import { cameraId, DEFAULT_TOPIC, SEED_CAMERA } from '@framewire/contract';
import { HttpError } from '@framewire/runtime';
import { z } from 'zod';

/** A clock that is off by less may be believed; more is another unit: seconds, or microseconds. */
const EARLIEST = Date.UTC(2000);
const AHEAD_MS = 86_400_000;
const MAX_DEADLINE_MS = 86_400_000;

const capturedAt = z.string().transform((text, context) => {
  const moment = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text);
  if (moment >= EARLIEST && moment <= Date.now() + AHEAD_MS) return moment;
  const wanted = 'milliseconds since the epoch or an ISO 8601 date, after 1999 and at most a day ahead';
  context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is not taken: send ${wanted}` });
  return z.NEVER;
});

const query = z.object({
  camera: cameraId.default(SEED_CAMERA),
  topic: z.string().default(DEFAULT_TOPIC),
  captured_at: capturedAt.optional(),
  deadline_ms: z.coerce
    .number({ error: 'is a whole number of milliseconds from the capture' })
    .int('is a whole number of milliseconds from the capture')
    .min(1, 'is at least 1')
    .max(MAX_DEADLINE_MS, `is at most ${MAX_DEADLINE_MS}, a day`)
    .optional(),
});

/** What the address says of a frame. */
export interface FrameQuery {
  camera: string;
  topic: string;
  /** Milliseconds since the epoch; the moment of the request where the caller gives none. */
  captured_at: number;
  /** Milliseconds since the epoch. */
  deadline?: number;
}

/** @throws HttpError 400 that names the parameter, 404 for a topic that is not served. */
export function readQuery(given: Record<string, string>, topics: string[], now = Date.now()): FrameQuery {
  const parsed = query.safeParse(given);
  if (!parsed.success) {
    const words = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new HttpError(400, `bad_${parsed.error.issues[0]!.path.join('_')}`, words);
  }
  const { camera, topic, captured_at = now, deadline_ms } = parsed.data;
  if (!topics.includes(topic)) {
    throw new HttpError(
      404,
      'no_such_topic',
      `nothing takes frames of topic ${JSON.stringify(topic)}; there is: ${topics.join(', ')}`,
    );
  }
  if (deadline_ms === undefined) return { camera, topic, captured_at };
  const deadline = captured_at + deadline_ms;
  if (deadline <= now) {
    throw new HttpError(
      400,
      'deadline_passed',
      `deadline_ms: it passed ${Math.round(now - deadline)} ms ago, counted from captured_at`,
    );
  }
  return { camera, topic, captured_at, deadline };
}

/** @throws HttpError 400 when it is empty or too long to be kept. */
export function readIdempotencyKey(given: string | undefined): string | undefined {
  if (given === undefined || (given.length >= 1 && given.length <= 255)) return given;
  throw new HttpError(400, 'bad_idempotency_key', 'an Idempotency-Key is 1 to 255 characters');
}
