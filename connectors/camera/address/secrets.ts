/** Names before a secret in the path or query of an address, as many makes of cameras use them. */
const SECRET_NAMES = [
  ...['pass', 'passwd', 'password', 'passphrase', 'pwd', 'pw', 'psw', 'loginpas'],
  ...['usr', 'user', 'username', 'userid', 'login', 'loginuse', 'account', 'credential', 'credentials'],
  ...[
    'auth',
    'authbasic',
    'token',
    'key',
    'apikey',
    'streamkey',
    'secret',
    'session',
    'sessionid',
    'sid',
    'sign',
    'signature',
  ],
];
const NAMES_SECRET = new RegExp(`(^|[^a-z])(${SECRET_NAMES.join('|')})([^a-z]|$)`, 'i');
const IS_SECRET_NAME = new RegExp(`^(${SECRET_NAMES.join('|')})$`, 'i');
/** A path segment that consists of words only. */
const PLAIN = /^[\w.,~+() -]*$/;
/** Looks generated: a long mix of letters and digits. */
const TOKEN = /^((?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]{16,}|[0-9a-fA-F-]{20,}|(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w-]{24,})$/;

/** A network address within any text. */
const IN_TEXT = /[a-z][a-z0-9+.-]*:\/\/[^\s'"<>]+?(?=[:;,.)]*(?:[\s'"<>]|$))/gi;

/**
 * As it may be shown and logged: an address, or a sentence with addresses in it. Of each is left what holds no secret for certain:
 * scheme, host, port, and the plain words of its path. Paths of files stay as they are.
 */
export const withoutSecrets = (text: string): string => text.replace(IN_TEXT, showUrl);

function showUrl(text: string): string {
  if (!URL.canParse(text)) return '...';
  const { protocol, host, pathname, search } = new URL(text);
  return `${protocol}//${host}${showPath(pathname)}${search ? '?...' : ''}`;
}

function showPath(path: string): string {
  const segments = path.split('/');
  return segments.map((segment, i) => (isPlain(segment, segments[i - 1]) ? segment : '...')).join('/');
}

function isPlain(segment: string, before = ''): boolean {
  const text = decode(segment);
  return PLAIN.test(text) && !TOKEN.test(text) && !NAMES_SECRET.test(text) && !IS_SECRET_NAME.test(decode(before));
}

/** The secrets in a camera's own address, in every spelling in which they may come back. */
function secretsOf(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const { username, password, pathname, search, searchParams } = new URL(address);
  const segments = pathname.split('/');
  const hidden = segments.filter((segment, i) => !isPlain(segment, segments[i - 1]));
  const assigned = hidden.flatMap((segment) =>
    [...decode(segment).matchAll(/=([^&;=]+?)(?=$|[&;]|_\w+=)/g)].map(([, value]) => value!),
  );
  const asked = [...searchParams].flatMap(([name, value]) =>
    NAMES_SECRET.test(name) || !isPlain(value) ? [value] : [],
  );
  const found = [password, `${username}:${password}`, search.slice(1), ...hidden, ...assigned, ...asked];
  const all = new Set(found.flatMap((secret) => [secret, decode(secret), encodeURIComponent(decode(secret))]));
  return [...all].filter((secret) => secret.length > 2).sort((a, b) => b.length - a.length);
}

/** A message about a camera, by ffmpeg or the camera itself, without the secrets of that camera's address. */
export function redact(address: string, text: string): string {
  const shown = withoutSecrets(text.replaceAll(address, withoutSecrets(address)));
  return secretsOf(address).reduce((text, secret) => text.replace(asWord(secret), '...'), shown);
}

/** Matches whole words only: the password "ref" must not change "refused". */
const asWord = (secret: string) =>
  new RegExp(
    `(?<![A-Za-z0-9])${secret.replace(/[^\w]/g, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`)}(?![A-Za-z0-9])`,
    'gu',
  );

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
