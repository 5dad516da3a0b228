import type { IncomingHttpHeaders } from 'node:http';
import { bearerOf, HttpError, isKey } from '@framewire/runtime';

export const KEY_COOKIE = 'framewire_key';

/** Who may look: whoever has the key where one is set. */
export interface Access {
  /** @throws HttpError 401 */
  check(request: { url: string; headers: IncomingHttpHeaders }): void;
  /** The key that a person's first address bears (`/?key=...`), where it is right: to be kept as a cookie. */
  keyIn(url: string): string | undefined;
}

export function createAccess({ key }: { key: string | undefined }): Access {
  const keyIn = (url: string) => {
    const given = new URL(url, 'http://here').searchParams.get('key') ?? undefined;
    return key !== undefined && isKey(given, key) ? given : undefined;
  };

  return {
    keyIn,
    check({ url, headers }) {
      if (key === undefined || keyIn(url)) return;
      if (isKey(bearerOf(headers.authorization), key) || isKey(cookie(headers.cookie, KEY_COOKIE), key)) return;
      throw new HttpError(
        401,
        'unauthorized',
        'send the key as "Authorization: Bearer <key>", or open the page as /?key=<key> once',
        {
          'www-authenticate': 'Bearer',
        },
      );
    },
  };
}

function cookie(header: string | undefined, name: string): string | undefined {
  const pair = header?.split('; ').find((each) => each.startsWith(`${name}=`));
  return pair && decodeURIComponent(pair.slice(name.length + 1));
}
