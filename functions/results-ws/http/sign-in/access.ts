import {
  bearerOf,
  type GuardedRequest,
  guardedRequest,
  HttpError,
  type HttpGuard,
  isKey,
} from '@framewire/runtime/http';
import type { Context } from 'hono';
import { createAttempts } from './attempts.ts';
import { createSessions, type Role } from './sessions.ts';

export const SESSION_COOKIE = 'framewire_session';

/** A request whose sender has to be somebody. */
export interface AccessRequest extends GuardedRequest {
  url: string;
}

/** The request that a Hono app answers. */
export const accessRequest = (c: Context): AccessRequest => ({ ...guardedRequest(c), url: c.req.url });

/** Who may look, and who may post and change: whoever has the key for it, where one is set. */
export interface Access {
  /** Whether a key is asked for at all. */
  readonly isOpen: boolean;
  /**
   * What a request may do, by its bearer token, its session, or (where `keyInAddress`) its `?key=`; undefined: nothing.
   * @throws HttpError 401 for a wrong key, 429 for the next one after too many.
   */
  roleOf(request: AccessRequest, keyInAddress?: boolean): Role | undefined;
  /** @throws HttpError as above; 401 where it may do nothing without a key, 403 where its key only looks. */
  check(request: AccessRequest, needs: Role, keyInAddress?: boolean): Role;
  /** A session for whoever gives the right key. @throws HttpError 401, 429 */
  signIn(request: AccessRequest, key: string): string;
  /** A session in the place of one that is good and old. */
  renew(request: AccessRequest): string | undefined;
  signOut(request: AccessRequest): void;
  isSignedIn(request: AccessRequest): boolean;
  /** Who asks, for a log: `write session from 10.0.0.4`, `write key from 10.0.0.4`; where no key is asked for, `10.0.0.4`. */
  describe(request: AccessRequest): string;
}

/**
 * @param viewKey looks; where there is no other it posts and changes too.
 * @param writeKey posts and changes. Where it is the only one, everybody may look.
 */
export function createAccess(options: {
  viewKey: string | undefined;
  writeKey: string | undefined;
  guard: HttpGuard;
}): Access {
  const { viewKey, writeKey, guard } = options;
  const keys: Partial<Record<Role, string>> =
    writeKey === undefined ? { write: viewKey } : { view: viewKey, write: writeKey };
  const isOpen = viewKey === undefined && writeKey === undefined;
  /** Of whoever has shown nothing. */
  const anybody: Role | undefined = isOpen ? 'write' : viewKey === undefined ? 'view' : undefined;
  const sessions = createSessions(keys);
  const attempts = createAttempts();

  function roleOfKey(request: AccessRequest, given: string): Role {
    const client = guard.clientOf(request);
    const wait = attempts.wait(client);
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      throw new HttpError(429, 'too_many_keys', `too many wrong keys came from your address: wait ${seconds} s`, {
        'retry-after': `${seconds}`,
      });
    }
    // both are compared whatever the first one says
    const found = (['write', 'view'] as const).filter(
      (role) => isKey(given, keys[role] ?? '') && keys[role] !== undefined,
    );
    if (found[0]) return found[0];
    attempts.failed(client);
    throw new HttpError(401, 'unauthorized', 'that is not the key', { 'www-authenticate': 'Bearer' });
  }

  function roleOf(request: AccessRequest, keyInAddress = false): Role | undefined {
    if (isOpen) return anybody;
    const bearer = bearerOf(request.headers.authorization);
    if (bearer !== undefined) return roleOfKey(request, bearer);
    for (const session of sessionsIn(request)) {
      const role = sessions.roleOf(session);
      if (role) return role;
    }
    const key = keyInAddress ? keyIn(request.url) : undefined;
    return key === undefined ? anybody : roleOfKey(request, key);
  }

  return {
    isOpen,
    roleOf,
    check(request, needs, keyInAddress) {
      const role = roleOf(request, keyInAddress);
      if (role === 'write' || (role === 'view' && needs === 'view')) return role;
      if (role === 'view' && anybody === undefined)
        throw new HttpError(403, 'view_only', 'this key only looks: the key to post and change is WRITE_KEY');
      throw new HttpError(
        401,
        'unauthorized',
        'send the key as "Authorization: Bearer <key>", or sign in at the dashboard',
        {
          'www-authenticate': 'Bearer',
        },
      );
    },
    signIn: (request, key) => sessions.create(roleOfKey(request, key)),
    renew(request) {
      const old = sessionsIn(request).find((session) => sessions.roleOf(session));
      return old && sessions.isOld(old) ? sessions.create(sessions.roleOf(old)!) : undefined;
    },
    isSignedIn: (request) => sessionsIn(request).some(sessions.roleOf),
    signOut: (request) => sessionsIn(request).forEach(sessions.signOut),
    describe(request) {
      const client = guard.clientOf(request);
      if (isOpen) return client;
      const via = bearerOf(request.headers.authorization) === undefined ? 'session' : 'key';
      return `${roleOf(request) ?? 'no'} ${via} from ${client}`;
    },
  };
}

/** The key that an address bears, `/?key=…`. */
export const keyIn = (url: string): string | undefined =>
  new URL(url, 'http://here').searchParams.get('key') ?? undefined;

/** There may be several: of a page at `/` and of one at `/cams/` on the same host. They hold nothing that would be encoded. */
const sessionsIn = ({ headers }: AccessRequest): string[] =>
  (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${SESSION_COOKIE}=`))
    .map((pair) => pair.slice(SESSION_COOKIE.length + 1))
    .slice(0, 8);
