import { createHmac, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** What a key is good for: `view` looks; `write` posts and changes as well. */
export type Role = 'view' | 'write';

/** How long a session lasts, and how old it may be before a page that is opened is given a new one, seconds. */
export const SESSION_S = 7 * 86_400;
const RENEW_AFTER_S = 86_400;
/** Sessions that were signed out are remembered until they would have ended; of more than so many the first are forgotten. */
const MAX_SIGNED_OUT = 10_000;

/**
 * Sessions of people who signed in. A session is a random id with its role and its end, signed by what was derived from the key of that
 * role: so nothing is kept for it, it is good at every replica that has the key and after a restart, and a new key ends it.
 */
export interface Sessions {
  /** A new one, to be kept by the browser. */
  create(role: Role): string;
  /** What it is good for; undefined where it is none, has ended or was signed out. */
  roleOf(session: string): Role | undefined;
  /** Whether it is time for a new one. */
  isOld(session: string): boolean;
  /** Ends it, at this replica until that restarts; the browser forgets it besides. */
  signOut(session: string): void;
}

/** @param keys of the roles that can be signed in to. */
export function createSessions(keys: Partial<Record<Role, string>>, now: () => number = Date.now): Sessions {
  // slow on purpose: a session must not help in guessing the key
  const secret = (key: string | undefined) => key && scryptSync(key, 'framewire session', 32);
  const secrets = { view: secret(keys.view), write: secret(keys.write) };
  /** By id, when it would have ended, seconds. */
  const signedOut = new Map<string, number>();
  const seconds = () => now() / 1000;

  function parse(session: string): { role: Role; id: string; end: number } | undefined {
    const [, signed = '', role = '', id = '', end = '', signature = ''] = SESSION.exec(session) ?? [];
    const key = secrets[role as Role];
    if (!key) return undefined;
    const wanted = sign(key, signed);
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
    return { role: role as Role, id, end: Number(end) };
  }

  return {
    create(role) {
      const key = secrets[role];
      if (!key) throw new Error(`there is no key for ${role}`);
      const signed = `${role}.${randomBytes(16).toString('base64url')}.${Math.floor(seconds()) + SESSION_S}`;
      return `${signed}.${sign(key, signed).toString('base64url')}`;
    },
    roleOf(session) {
      const parsed = parse(session);
      return parsed && parsed.end > seconds() && !signedOut.has(parsed.id) ? parsed.role : undefined;
    },
    isOld(session) {
      const parsed = parse(session);
      return parsed !== undefined && parsed.end - seconds() < SESSION_S - RENEW_AFTER_S;
    },
    signOut(session) {
      const parsed = parse(session);
      if (!parsed) return;
      signedOut.set(parsed.id, parsed.end);
      for (const [oldest, end] of signedOut) {
        if (signedOut.size <= MAX_SIGNED_OUT && end > seconds()) break;
        signedOut.delete(oldest);
      }
    },
  };
}

const SESSION = /^((view|write)\.([\w-]{22})\.(\d{1,12}))\.([\w-]{43})$/;

const sign = (secret: Buffer, text: string) => createHmac('sha256', secret).update(text).digest();
