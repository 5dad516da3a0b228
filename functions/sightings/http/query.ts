import { cameraId } from '@framewire/contract';
import { checkParameters, HttpError } from '@framewire/runtime/http';
import type { Context, MiddlewareHandler } from 'hono';
import { readPlace, type SightingQuery } from '../store/search.ts';

export const FILTERS = ['camera', 'label', 'zone', 'from', 'to'] as const;
const MAX_NAME = 200;
/** The year 5138: what is beyond it was meant as milliseconds. */
const MAX_SECONDS = 1e11;

/** Refuses parameters that a route does not know. @throws HttpError 400 */
export const takes = (...known: string[]): MiddlewareHandler =>
  async function refuseUnknown(c, next) {
    checkParameters(c.req.queries(), known);
    await next();
  };

/** @throws HttpError 400 */
export function readFilter(c: Context): Omit<SightingQuery, 'limit'> {
  const { camera, label, zone } = c.req.query();
  if (camera !== undefined) {
    const parsed = cameraId.safeParse(camera);
    if (!parsed.success) throw new HttpError(400, 'camera', `camera=${camera}: ${parsed.error.issues[0]?.message}`);
  }
  for (const [name, value] of Object.entries({ label, zone }))
    if (value !== undefined && (value === '' || value.length > MAX_NAME))
      throw new HttpError(400, name, `${name}: allowed: 1 to ${MAX_NAME} characters`);
  return { camera, label, zone, from: readMoment(c, 'from'), to: readMoment(c, 'to') };
}

/** @throws HttpError 400 */
export function readPage(c: Context, fallback: number, most: number): Pick<SightingQuery, 'limit' | 'after'> {
  const { limit: text = `${fallback}`, cursor } = c.req.query();
  const limit = Number(text);
  if (text.trim() === '' || !Number.isInteger(limit) || limit < 1 || limit > most)
    throw new HttpError(400, 'limit', `limit=${text}: allowed: a whole number from 1 to ${most}`);
  if (cursor === undefined) return { limit };
  const after = readPlace(cursor);
  if (!after) throw new HttpError(400, 'cursor', `cursor=${cursor}: allowed: the \`next\` of the page before`);
  return { limit, after };
}

function readMoment(c: Context, name: string): number | undefined {
  const text = c.req.query(name);
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= 0 && seconds < MAX_SECONDS) return seconds;
  const hint = seconds >= MAX_SECONDS ? ' (these look like milliseconds)' : '';
  throw new HttpError(400, name, `${name}=${text}: allowed: seconds since the epoch${hint}`);
}
