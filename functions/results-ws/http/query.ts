import { cameraId, cursor as cursorSchema, topicName } from '@framewire/contract';
import { HttpError } from '@framewire/runtime/http';
import type { Context, MiddlewareHandler } from 'hono';

/**
 * For a route: refuses parameters that it does not know, so that a filter which is spelled wrong is not taken for an answer.
 * @param known names that the address may bear.
 */
export const takes = (...known: string[]): MiddlewareHandler =>
  async function refuseUnknown(c, next) {
    refuseUnknownIn(new URL(c.req.url).searchParams, known);
    await next();
  };

/** @throws HttpError 400 that names what is unknown, and what is not. */
export function refuseUnknownIn(parameters: URLSearchParams, known: readonly string[]): void {
  for (const name of parameters.keys()) {
    if (known.includes(name)) continue;
    const names = known.length > 0 ? `known: ${known.join(', ')}` : 'there are none here';
    throw new HttpError(400, 'unknown_parameter', `unknown parameter ${name.slice(0, 100)}; ${names}`);
  }
}

/** @throws HttpError 400 */
export function readCamera(c: Context): string | undefined {
  const text = c.req.query('camera');
  const camera = cameraId.optional().safeParse(text);
  if (!camera.success) throw new HttpError(400, 'camera', `camera=${text}: ${camera.error.issues[0]?.message}`);
  return camera.data;
}

/** @throws HttpError 400 */
export function readTopic(c: Context): string | undefined {
  const text = c.req.query('topic');
  const topic = topicName.optional().safeParse(text);
  if (!topic.success) throw new HttpError(400, 'topic', `topic=${text}: ${topic.error.issues[0]?.message}`);
  return topic.data;
}

/** @throws HttpError 400 */
export function readLimit(c: Context, fallback: number, most: number): number {
  const text = c.req.query('limit');
  const limit = Number(text ?? fallback);
  if (text !== '' && Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw new HttpError(400, 'limit', `limit=${text}: allowed: a whole number from 1 to ${most}`);
}

/** @param name `from` or `to`. @returns seconds since the epoch. @throws HttpError 400 */
export function readMoment(c: Context, name: string): number | undefined {
  const text = c.req.query(name);
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (text.trim() !== '' && Number.isFinite(seconds) && seconds >= 0 && seconds < MAX_SECONDS) return seconds;
  const hint = seconds >= MAX_SECONDS ? ' (these look like milliseconds)' : '';
  throw new HttpError(400, name, `${name}=${text}: allowed: seconds since the epoch${hint}`);
}

/** The year 5138: what is beyond it was meant as milliseconds. */
const MAX_SECONDS = 1e11;

/** @param name of the parameter. @throws HttpError 400 */
export function readCursor(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const cursor = text.trim() === '' ? undefined : cursorSchema.safeParse(Number(text)).data;
  if (cursor === undefined) throw new HttpError(400, name, `${name}=${text}: allowed: a cursor, a whole number`);
  return cursor;
}
