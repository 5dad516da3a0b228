import { createHash, randomBytes } from 'node:crypto';
import { basicAuth } from '@framewire/runtime/http';

/** User and password of a camera, and how it wants them (RFC 7617, RFC 7616). */
export interface Credentials {
  /** The header for a GET of this path; undefined until the camera has said which it wants. */
  authorization(path: string): string | undefined;
  /** Takes what a 401 asks for. False where it is nothing that can be answered. */
  learn(challenge: string | undefined): boolean;
}

type Fields = Record<string, string>;
type Answer = (path: string) => string;

export function createCredentials(user: string, password: string): Credentials {
  let answer: Answer | undefined;
  return {
    authorization: (path) => answer?.(path),
    learn(challenge = 'Basic') {
      const digest = fieldsOf(challenge, 'Digest');
      const hash = digest && hashOf(digest.algorithm);
      if (digest?.nonce !== undefined && hash) answer = digestOf(digest, hash, user, password);
      else if (/(^|,)\s*Basic\b/i.test(challenge)) answer = () => basicAuth(user, password);
      else return false;
      return true;
    },
  };
}

function digestOf(fields: Fields, hash: (text: string) => string, user: string, password: string): Answer {
  const { realm = '', nonce = '', opaque, algorithm } = fields;
  const qop = fields.qop?.split(/\s*,\s*/).includes('auth');
  let count = 0;
  return (path) => {
    const cnonce = randomBytes(8).toString('hex');
    const nc = (++count).toString(16).padStart(8, '0');
    const login = hash(`${user}:${realm}:${password}`);
    const secret = /-sess$/i.test(algorithm ?? '') ? hash(`${login}:${nonce}:${cnonce}`) : login;
    const about = hash(`GET:${path}`);
    const response = hash(qop ? `${secret}:${nonce}:${nc}:${cnonce}:auth:${about}` : `${secret}:${nonce}:${about}`);
    const quoted = { username: user, realm, nonce, uri: path, response, ...(opaque !== undefined && { opaque }) };
    return `Digest ${[
      ...Object.entries(quoted).map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`),
      ...(algorithm ? [`algorithm=${algorithm}`] : []),
      ...(qop ? ['qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`] : []),
    ].join(', ')}`;
  };
}

function hashOf(algorithm = 'MD5'): ((text: string) => string) | undefined {
  const name = { md5: 'md5', 'sha-256': 'sha256' }[algorithm.toLowerCase().replace(/-sess$/, '')];
  return name ? (text) => createHash(name).update(text).digest('hex') : undefined;
}

/** The fields of one of the schemes that a `WWW-Authenticate` offers. */
function fieldsOf(challenge: string, scheme: string): Fields | undefined {
  const [, text] = new RegExp(`(?:^|,)\\s*${scheme}\\s+(.*)`, 'i').exec(challenge) ?? [];
  if (text === undefined) return undefined;
  const fields: Fields = {};
  for (const [, name, quoted, plain] of text.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    const key = name!.toLowerCase();
    if (key in fields) break; // those of the next scheme
    fields[key] = quoted?.replace(/\\(.)/g, '$1') ?? plain!;
  }
  return fields;
}
