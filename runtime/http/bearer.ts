import { createHash, timingSafeEqual } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { HttpError } from './http-error.ts';

/** Lets a request pass that bears the key (`Authorization: Bearer <key>`), or any where no key is set. @throws HttpError 401 */
export const wantKey = (key: string | undefined) =>
  createMiddleware(async function wantBearerKey(c, next) {
    if (key !== undefined && !isKey(bearerOf(c.req.header('authorization')), key)) {
      throw new HttpError(401, 'unauthorized', 'send the key as "Authorization: Bearer <key>"', {
        'www-authenticate': 'Bearer',
      });
    }
    await next();
  });

/** The token of an `Authorization` header; undefined where it is of another kind, such as that of a proxy's own password. */
export const bearerOf = (header: string | undefined): string | undefined => /^Bearer +(.*)$/i.exec(header ?? '')?.[1];

/** Takes the same time whatever is given, so that it tells nothing of the key. */
export const isKey = (given: string | undefined, key: string): boolean =>
  timingSafeEqual(digest(given ?? ''), digest(key));

const digest = (text: string) => createHash('sha256').update(text).digest();
