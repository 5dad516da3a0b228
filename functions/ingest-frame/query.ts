import { cameraId, DEFAULT_TOPIC, judgeMoment, SEED_CAMERA } from '@framewire/contract';
import { checkParameters, HttpError } from '@framewire/runtime';
import { z } from 'zod';

const MAX_DEADLINE_MS = 86_400_000;
/** What the address may say of a frame. */
export const PARAMETERS = ['camera', 'topic', 'captured_at', 'deadline_ms'];
/** What people write instead. */
const MEANT = {
  camera_id: 'camera',
  cameraId: 'camera',
  cam: 'camera',
  id: 'camera',
  name: 'camera',
  source: 'camera',
  timestamp: 'captured_at',
  time: 'captured_at',
  ts: 'captured_at',
  deadline: 'deadline_ms',
};

const capturedAt = z.string().transform((text, context) => {
  const isNumber = /^\d+(\.\d+)?$/.test(text);
  const moment = isNumber ? Number(text) : Date.parse(text);
  const message = Number.isNaN(moment)
    ? `${JSON.stringify(text)} is not taken: send milliseconds since the epoch or an ISO 8601 date`
    : judgeMoment(moment, { unit: 'ms', near: Date.now() });
  if (message === undefined) return moment;
  context.addIssue({ code: 'custom', message });
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
export function readQuery(given: Record<string, string[]>, topics: string[], now = Date.now()): FrameQuery {
  checkParameters(given, PARAMETERS, MEANT);
  const parsed = query.safeParse(Object.fromEntries(Object.entries(given).map(([name, [value]]) => [name, value])));
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
