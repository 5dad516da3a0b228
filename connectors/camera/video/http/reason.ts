/** What an HTTP camera answers instead of frames, as messages for a person. */
import { TIMED_OUT } from '../timed-out.ts';

const STATUS: Record<number, string> = {
  400: 'the camera does not understand the address (400)',
  401: 'the camera wants another user or password (401)',
  403: 'the camera denies access (403)',
  404: 'the camera knows no such stream (404)',
  410: 'the camera says that this stream is gone for good (410)',
  429: 'the camera is asked too often (429)',
  503: 'the camera is busy, or has too many connections already (503)',
};

export const describeStatus = (status: number): string =>
  STATUS[status] ??
  (status >= 500
    ? `the camera answers with an error of its own (${status})`
    : `the camera answers with the status ${status}`);

const CODES: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'unknown host name',
  EAI_AGAIN: 'unknown host name',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the host cannot be reached',
  ETIMEDOUT: TIMED_OUT,
  ECONNRESET: 'the camera closed the connection',
  EPIPE: 'the camera closed the connection',
  EPROTO: 'the camera does not speak TLS there',
};

export const describeError = ({ code, message }: NodeJS.ErrnoException): string => CODES[code ?? ''] ?? message;

/** What a page is, by its title; `html` is its beginning. */
export function describePage(html: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(html)?.[1]?.replace(/\s+/g, ' ').trim().slice(0, 60);
  const isLogin = /log.?in|sign.?in|anmeld/i.test(title ?? '') || /<input[^>]*type=["']?password/i.test(html);
  return `a ${isLogin ? 'log-in' : 'web'} page${title ? ` ("${title}")` : ''} instead of a video`;
}
