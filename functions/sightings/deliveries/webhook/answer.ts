import { STATUS_CODES } from 'node:http';
import { RefusedAddress } from './address-guard.ts';

/** So much of a receiver's own text is kept, characters. */
const MAX_TEXT = 200;

/** Statuses that say: this notification will never be taken. All others may be a receiver that is being repaired. */
const FINAL = new Set([400, 410, 413, 415, 422]);
export const isFinal = (status: number): boolean => FINAL.has(status);

/** What a receiver answered: a sentence without secrets, though the receiver may have repeated them. */
export function describeStatus(status: number, body: string, secrets: string[]): string {
  const name = STATUS_CODES[status] ? `${status} ${STATUS_CODES[status]}` : `status ${status}`;
  if (status >= 300 && status < 400) return `the receiver answered ${name}: redirects are not followed`;
  const text = clean(body, secrets);
  return `the receiver answered ${name}${text ? `: ${text}` : ''}`;
}

function clean(body: string, secrets: string[]): string {
  const known = secrets.flatMap((secret) => {
    const parts = [secret, ...secret.split(/[\s=&]/), secret.replace(/^whsec_/, '')];
    return parts.filter((part) => part.length > 5).flatMap((part) => [part, decode(part)]);
  });
  const plain = known
    .sort((a, b) => b.length - a.length)
    .reduce((text, secret) => text.replaceAll(secret, '...'), body);
  const line = plain.replace(/[\s\p{C}]+/gu, ' ').trim();
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Codes of Node, in the order of how a connection is made. */
const CODES: Record<string, string> = {
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ECONNREFUSED: 'nobody listens there',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the host does not answer',
  ECONNRESET: 'the receiver closed the connection without an answer',
  EPIPE: 'the receiver closed the connection without an answer',
};

/** Why there was no answer. */
export function describeError(
  error: Error & { code?: string },
  timeoutMs: number,
  secrets: string[],
): { reason: string; final?: boolean } {
  if (error instanceof RefusedAddress) return { reason: error.message, final: true };
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return { reason: `the receiver did not answer within ${timeoutMs / 1000} s` };
  const known = error.code === undefined ? undefined : CODES[error.code];
  return { reason: known ?? (clean(error.message, secrets) || 'the receiver could not be reached') };
}
