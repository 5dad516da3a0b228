import { withoutSecrets } from './secrets.ts';

/** What stands for a password. */
export const MASK = '***';

/**
 * An address as it is shown to whoever may change it: with its user, `***` for its password, and `...` for the parts of its path and its
 * parameters that may be secret.
 */
export function masked(address: string): string {
  const shown = withoutSecrets(address);
  const url = parse(address);
  if (!url || (!url.username && !url.password)) return shown;
  return shown.replace('://', `://${url.username}${url.password ? `:${MASK}` : ''}@`);
}

/**
 * An address that a person sent, with what is masked or missing in it taken from the one that is stored: a password that is `***` or
 * missing, `...` in the path or as parameters. That is done only if scheme, host, port and user are the same.
 * @throws Error where something is masked in an address of another host or user, since that has no secret here.
 */
export function unmasked(sent: string, stored: string | undefined): string {
  const url = parse(sent.trim());
  if (!url) return sent;
  const before = parse(stored ?? '');
  if (!before || !isSameAccount(before, url)) {
    if (isMasked(url))
      throw new Error(`${MASK} and ... stand for secrets of the same host and user only: write them out`);
    return sent;
  }
  const known = before.pathname.split('/');
  const path = url.pathname.split('/').map((segment, i) => (segment === '...' ? (known[i] ?? segment) : segment));
  const whole = new URL(url);
  if (whole.username && (whole.password === '' || whole.password === MASK)) whole.password = before.password;
  whole.pathname = path.join('/');
  if (whole.search === '?...') whole.search = before.search;
  if (isMasked(whole)) throw new Error(`${MASK} and ... stand for secrets that are known here: these are not`);
  return whole.href;
}

const parse = (text: string): URL | undefined =>
  /^(rtsps?|https?):\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;

const isSameAccount = (a: URL, b: URL) => a.protocol === b.protocol && a.host === b.host && a.username === b.username;

const isMasked = ({ password, pathname, search }: URL) =>
  password === MASK || pathname.split('/').includes('...') || search === '?...';
