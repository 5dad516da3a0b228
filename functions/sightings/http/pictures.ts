import { frameId } from '@framewire/contract';
import { HttpError } from '@framewire/runtime/http';
import type { Context } from 'hono';
import { pictureFile } from '../pictures/keys.ts';
import type { PictureStore } from '../pictures/picture-store.ts';
import type { Database } from '../store/database.ts';

/** @param key undefined or null where none is kept. @throws HttpError 404 */
export async function answerPicture(
  c: Context,
  store: PictureStore,
  key: string | null | undefined,
  fileOf: (key: string) => string,
): Promise<Response> {
  const etag = key && `"${fileOf(key)}"`;
  // the picture of a sighting may be replaced by a better one, but never changes under its key
  const headers = { 'cache-control': 'private, no-cache', ...(etag && { etag }) };
  if (etag && c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
  const jpeg = key ? await store.get(fileOf(key)) : undefined;
  if (!jpeg) throw new HttpError(404, 'no_picture', 'no picture is kept here');
  return c.body(jpeg as Uint8Array<ArrayBuffer>, 200, { ...headers, 'content-type': 'image/jpeg' });
}

/** The picture of a frame that was lost or slow, or in which a sighting is seen best. @throws HttpError 400, 404 */
export async function answerFramePicture(
  c: Context,
  { database, store }: { database: Database; store: PictureStore },
): Promise<Response> {
  const text = c.req.param('id') ?? '';
  const id = frameId.safeParse(text);
  if (!id.success) throw new HttpError(400, 'frame', `${text}: ${id.error.issues[0]?.message}`);
  const [row] = await database.query<{ picture: string }>(
    `SELECT picture FROM frame_pictures WHERE frame_id = ?
     UNION ALL SELECT picture FROM sightings WHERE picture_frame = ? LIMIT 1`,
    id.data,
    id.data,
  );
  return answerPicture(c, store, row?.picture, pictureFile);
}
