import { refusalOf } from '../state/polled.svelte.ts';

/** The outcome of posting one frame. */
export interface SendOutcome {
  accepted?: boolean;
  /** Message of a permanent failure. */
  refused?: string;
  /** Message of a temporary failure. */
  trouble?: string;
  /** Milliseconds until the next attempt. */
  wait?: number;
}

const TIME_LIMIT = 10_000;
const AFTER_FAILURE = 2000;

export async function sendFrame(address: URL, jpeg: Blob, stopped: AbortSignal): Promise<SendOutcome> {
  try {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(TIME_LIMIT)]);
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: jpeg,
      signal,
    });
    return await outcomeOf(answer);
  } catch {
    return { trouble: 'The server cannot be reached; trying again.', wait: AFTER_FAILURE };
  }
}

export async function outcomeOf(answer: Response): Promise<SendOutcome> {
  const { status, headers } = answer;
  if (status === 202) return { accepted: true };
  const reason = await refusalOf(answer, `status ${status}`);
  const wait = Number(headers.get('retry-after')) * 1000 || AFTER_FAILURE;
  if (status === 429) return { trouble: `The queue is full: ${reason}`, wait };
  if (status >= 500) return { trouble: `The server cannot take frames now: ${reason}`, wait };
  return { refused: `The server rejected the frame: ${reason}` };
}

/** Why the browser gives no access to a camera, and what helps. */
export function describeNoAccess(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  const messages: Record<string, string> = {
    NotAllowedError: 'The browser was not allowed to use the camera. Allow it in the address bar and try again.',
    NotFoundError: 'No camera was found on this device.',
    NotReadableError: 'The camera is in use by another program.',
    SecurityError: 'A browser shares its camera only over https or from localhost.',
  };
  return messages[name] ?? `The camera could not be opened: ${error instanceof Error ? error.message : error}`;
}
