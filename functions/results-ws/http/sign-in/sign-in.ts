import { guardedRequest, HttpError, type HttpGuard } from '@framewire/runtime/http';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deleteCookie, setCookie } from 'hono/cookie';
import type { PagePolicy } from '../page-policy.ts';
import { type Access, accessRequest, keyIn, SESSION_COOKIE } from './access.ts';
import { SESSION_S } from './sessions.ts';
import { SIGN_IN_HASHES, signInPage } from './sign-in-page.ts';

/** A key and what a form puts around it, bytes. */
const MAX_FORM = 8 * 1024;

export interface SignIn {
  /** `GET sign-in`: the form. `POST sign-in` with its `key`, `POST sign-out`: each leads back to the page. */
  routes: Hono;
  /**
   * What comes instead of the page: the form where nobody has signed in, or a redirect to the page's address without its `?key=`.
   * Undefined: the page.
   */
  before(c: Context): Response | undefined;
}

export function createSignIn({
  access,
  guard,
  policy,
}: {
  access: Access;
  guard: HttpGuard;
  policy: PagePolicy;
}): SignIn {
  /** Without a path: that is where the page lies as the browser sees it, below whatever a proxy puts before it. */
  const cookie = (c: Context) =>
    ({ httpOnly: true, sameSite: 'Lax', secure: guard.isSecure(guardedRequest(c)), path: undefined }) as const;
  const keep = (c: Context, session: string) =>
    setCookie(c, SESSION_COOKIE, session, { ...cookie(c), maxAge: SESSION_S });

  function form(c: Context, error?: HttpError): Response {
    const problem =
      error && { unauthorized: 'That is not the key.', too_many_keys: `Not now: ${error.message}.` }[error.code];
    return c.html(signInPage(problem), error?.status ?? 401, {
      ...policy.alone(SIGN_IN_HASHES),
      'www-authenticate': 'Bearer',
      ...error?.headers,
      'cache-control': 'no-store',
    });
  }

  /** Where the key is right, a session and a redirect to the page; else the form again. */
  function tryKey(c: Context, key: string): Response {
    try {
      keep(c, access.signIn(accessRequest(c), key));
    } catch (error) {
      if (error instanceof HttpError) return form(c, error);
      throw error;
    }
    c.header('cache-control', 'no-store');
    return c.redirect('./', 303);
  }

  const routes = new Hono();
  routes.post('/sign-in', bodyLimit({ maxSize: MAX_FORM }), async (c) => {
    const { key } = await c.req.parseBody();
    if (access.isOpen) return c.redirect('./', 303);
    return tryKey(c, typeof key === 'string' ? key : '');
  });
  routes.get('/sign-in', (c) => (access.isOpen ? c.redirect('./', 303) : form(c)));
  routes.post('/sign-out', (c) => {
    access.signOut(accessRequest(c));
    deleteCookie(c, SESSION_COOKIE, cookie(c));
    return c.redirect('./', 303);
  });

  return {
    routes,
    before(c) {
      if (access.isOpen) return undefined;
      const key = keyIn(c.req.url);
      if (key !== undefined) return tryKey(c, key);
      const request = accessRequest(c);
      try {
        access.check(request, 'view');
      } catch (error) {
        if (error instanceof HttpError)
          return form(c, error.code === 'unauthorized' && !request.headers.authorization ? undefined : error);
        throw error;
      }
      const renewed = access.renew(request);
      if (renewed) keep(c, renewed);
      return undefined;
    },
  };
}
