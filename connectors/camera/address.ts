import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cameraSpec } from '@framewire/contract';

/** Where a camera's pictures come from, checked. */
export type Address =
  | { kind: 'demo'; seed: string }
  | { kind: 'rtsp' | 'http'; url: string }
  | { kind: 'file'; path: string }
  | { kind: 'device'; path: string };

export const ADDRESSES = 'rtsp://, rtsps://, http://, https://, file:// or the path of a file, /dev/videoN, demo:';

/** A camera's spec whose url is an address. */
export const addressedSpec = cameraSpec.superRefine(({ url }, context) => {
  try {
    parseAddress(url);
  } catch (error) {
    context.addIssue({ code: 'custom', path: ['url'], message: `url: ${(error as Error).message}` });
  }
});

/** @throws Error with words for whoever wrote it. */
export function parseAddress(text: string): Address {
  if (hasControlCharacter(text)) throw new Error('the url has a control character in it');
  if (/^\/dev\/video\d+$/.test(text)) return { kind: 'device', path: text };
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
      return { kind: 'file', path: resolve(text) };
    case 'demo':
      return { kind: 'demo', seed: text.slice('demo:'.length) };
    case 'file':
      return { kind: 'file', path: fileURLToPath(text) };
    case 'rtsp':
    case 'rtsps':
      return { kind: 'rtsp', url: parseNetworkUrl(text) };
    case 'http':
    case 'https':
      return { kind: 'http', url: parseNetworkUrl(text) };
    default:
      throw new Error(`${scheme}: is no source of pictures here; allowed: ${ADDRESSES}`);
  }
}

function parseNetworkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.hostname) throw new Error('not a url with a host in it'); // and not repeated: it may hold a password
  return url.href;
}

/**
 * As it may be shown and logged: without user, password and query, since cameras take passwords in all three.
 * Anything that is not a network address stays as it is.
 */
export function withoutSecrets(text: string): string {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return text;
  return text.replace(/\/\/[^/?#]*@/, '//').replace(/\?[^#\s]*/, '?...');
}

const hasControlCharacter = (text: string) => [...text].some((c) => c < ' ' || c === '\x7f');
