import { cameraId, DEFAULT_TOPIC, judgeMoment, LEGACY_CAMERA, showSeen } from '@framewire/contract';
import { checkParameters, HttpError } from '@framewire/runtime/http';
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
  // a plus that was not written as %2B arrives as a space
  const moment = isNumber ? Number(text) : Date.parse(text.replace(/(T\S+) (\d\d:?\d\d)$/, '$1+$2'));
  const message = Number.isNaN(moment)
    ? `${JSON.stringify(text)} is not accepted: send milliseconds since the epoch or an ISO 8601 date`
    : judgeMoment(moment, { unit: 'ms', near: Date.now() });
  if (message === undefined) return moment;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const query = z.object({
  camera: cameraId.default(LEGACY_CAMERA),
  topic: z.string().default(DEFAULT_TOPIC),
  captured_at: capturedAt.optional(),
  deadline_ms: z.coerce
    .number({ error: 'a whole number of milliseconds from the capture is wanted' })
    .int('a whole number of milliseconds from the capture is wanted')
    .min(1, 'at least 1 is wanted')
    .max(MAX_DEADLINE_MS, `at most ${MAX_DEADLINE_MS}, a day, is taken`)
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
    const words = parsed.error.issues
      .map(({ path: [name], message }) =>
        name === 'captured_at'
          ? `${name}: ${message}`
          : `${String(name)}: ${showSeen(given[String(name)]?.[0])}; ${message}`,
      )
      .join('; ');
    throw new HttpError(400, `bad_${parsed.error.issues[0]!.path.join('_')}`, words);
  }
  const { camera, topic, captured_at = now, deadline_ms } = parsed.data;
  if (!topics.includes(topic)) {
    throw new HttpError(
      404,
      'no_such_topic',
      `no function takes frames of topic ${JSON.stringify(topic)}; topics: ${topics.join(', ')}`,
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
