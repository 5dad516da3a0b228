import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cameraSpec, DEFAULT_FPS } from '@framewire/contract';

/** Where a camera's frames come from, checked. */
export type Address =
  | { kind: 'demo'; seed: string }
  | { kind: 'rtsp' | 'http'; url: string }
  | { kind: 'file'; path: string }
  | { kind: 'device'; path: string };

export const ADDRESSES =
  'rtsp://, rtsps://, http://, https://, file:// or the absolute path of a file, /dev/videoN, /dev/v4l/by-id/…, demo:';

/** A camera's spec whose url is an address, in its one spelling, with its frame rate where it names no topics. */
export const addressedSpec = cameraSpec.transform((spec, context) => {
  const whole = spec.topics ? spec : { ...spec, fps: spec.fps ?? DEFAULT_FPS };
  try {
    return { ...whole, url: spelling(parseAddress(spec.url)) };
  } catch (error) {
    context.addIssue({ code: 'custom', path: ['url'], message: `url: ${(error as Error).message}` });
    return whole;
  }
});

/** The one spelling of an address, so that two can be compared and none hides a password. */
export function spelling(address: Address): string {
  switch (address.kind) {
    case 'demo':
      return `demo:${address.seed}`;
    case 'rtsp':
    case 'http':
      return address.url;
    default:
      return address.path;
  }
}

/** @throws Error whose message repeats nothing of the address: any part may be a password in the wrong place. */
export function parseAddress(written: string): Address {
  const text = written.trim();
  if (hasControlCharacter(text)) throw new Error('there is a control character in it');
  if (/^\/dev\/(video\d+|v4l\/by-(id|path)\/[^/]+)$/.test(text)) return { kind: 'device', path: text };
  if (text.startsWith('/')) return { kind: 'file', path: resolve(text) };
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'demo': {
      const seed = text.slice('demo:'.length);
      if (!/^[\w. -]{0,64}$/.test(seed))
        throw new Error('behind demo: stand up to 64 letters, digits, spaces, ".", "_" or "-"');
      return { kind: 'demo', seed };
    }
    case 'file':
      return { kind: 'file', path: fileURLToPath(text) };
    case 'rtsp':
    case 'rtsps':
      return { kind: 'rtsp', url: parseNetworkUrl(text) };
    case 'http':
    case 'https':
      return { kind: 'http', url: parseNetworkUrl(text) };
    default: {
      const named = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? `${scheme}:// is not supported` : 'this is not an address';
      throw new Error(`${named}; allowed: ${ADDRESSES}`);
    }
  }
}

/**
 * Strict, since a character in the wrong place makes a password part of the host or the path, where it would be shown. What is left
 * over is spelled as a browser does.
 */
function parseNetworkUrl(text: string): string {
  if (text.includes('\\')) throw new Error('there is a backslash in it; in a password it is written %5C');
  const [, start, authority, rest] = /^([a-z]+:\/\/)([^/?#]*)(.*)$/i.exec(text) ?? [];
  if (start === undefined) throw new Error('behind the scheme stand : and two slashes, as in rtsp://10.0.0.4/live');
  if (rest!.includes('@')) {
    throw new Error(
      'there is an @ behind the host; in a user or password, # is written %23, / is %2F, ? is %3F and % is %25; in a path, @ is %40',
    );
  }
  if (rest!.includes('#'))
    throw new Error('there is a # in it, which no camera is sent; in a password or path it is written %23');
  const whole = `${start}${authority}${rest}`.replace(/%(?![0-9a-f]{2})/gi, '%25');
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (!url?.hostname)
    throw new Error(
      'this is not an address with a host and an optional port from 1 to 65535, such as rtsp://10.0.0.4:554/live',
    );
  return url.href.replaceAll("'", '%27');
}

const hasControlCharacter = (text: string) => [...text].some((c) => c < ' ' || c === '\x7f');
