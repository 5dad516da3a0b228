import { CHANGED_BY, errorBody } from '@framewire/contract';
import { HttpError } from '@framewire/runtime/http';
import type { Context } from 'hono';
import type { Dismissal } from '../cameras/dismissal.ts';
import { type Forward, pathBehind } from './proxy.ts';

/** What says that no connector has such a camera: then it can be dismissed. */
const UNKNOWN = ['no_such_camera', 'no_camera_connector'];

/**
 * `DELETE api/cameras/<id>`: by the camera connector; one that it does not know is dismissed, and no longer shown.
 * @param by who wants it.
 * @throws HttpError 503 where the broker does not take that it is dismissed.
 */
export async function removeCamera(c: Context, forward: Forward, dismiss: Dismissal, by: string): Promise<Response> {
  const answer = await answerOf(forward(c, pathBehind(c, '/api'), { [CHANGED_BY]: by }));
  const body = answer.status === 404 ? errorBody.safeParse(await answer.clone().json()) : undefined;
  if (!body?.success || !UNKNOWN.includes(body.data.code)) return answer;
  const isDismissed = await dismiss(c.req.param('id') ?? '', by).catch((error: Error) => {
    throw new HttpError(503, 'not_dismissed', `it could not be dismissed: ${error.message}`, { 'retry-after': '1' });
  });
  return isDismissed ? c.body(null, 204) : answer;
}

/** A refusal of our own is an answer as any other. */
async function answerOf(forwarded: Promise<Response>): Promise<Response> {
  try {
    return await forwarded;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return Response.json({ error: error.message, code: error.code }, { status: error.status, headers: error.headers });
  }
}
