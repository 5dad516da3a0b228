import { createHash, timingSafeEqual } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { HttpError } from './http.ts';

/** Lets a request pass that bears the key (`Authorization: Bearer <key>`), or any where no key is set. @throws HttpError 401 */
export const wantKey = (key: string | undefined) =>
  createMiddleware(async function wantBearerKey(c, next) {
    if (key !== undefined) {
      const given = c.req.header('authorization')?.replace(/^Bearer +/i, '') ?? '';
      if (!timingSafeEqual(digest(given), digest(key))) {
        throw new HttpError(401, 'unauthorized', 'send the key as "Authorization: Bearer <key>"', {
          'www-authenticate': 'Bearer',
        });
      }
    }
    await next();
  });

/** Of one length whatever is given, so that the time of a comparison tells nothing of the key. */
const digest = (text: string) => createHash('sha256').update(text).digest();
