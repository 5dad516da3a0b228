import { type DetectAnswer, detectAnswer, errorBody, type ReasonCode } from '@framewire/contract';
import type { Why, WithReason } from '../settle/outcome.ts';
import type { Reply } from './openfaas.ts';

/**
 * What a reply says of the frame:
 * - `detected`: a detector's answer;
 * - `passed`: another function's answer, to be passed on as it is;
 * - `dropped`: another function's answer, empty;
 * - `rejected`: the frame is bad and stays bad;
 * - `failed`: its answer is of no use, and would be the same another time;
 * - `retry`: it failed, and may succeed another time;
 * - `busy`: not the frame's fault; `everywhere` where it would go no better for any other frame;
 * - `absent`: the gateway or the function knows no such address.
 */
export type Verdict =
  | { kind: 'detected'; answer: DetectAnswer }
  | { kind: 'passed'; content: Uint8Array; contentType: string }
  | { kind: 'dropped' }
  | WithReason<'rejected' | 'failed' | 'retry' | 'absent'>
  | ({ kind: 'busy'; everywhere: boolean; retryAfterMs: number | undefined } & Why);

/** @param cut whether the time it had was only the rest of the frame's life, not all that an invocation may take. */
export function judge(reply: Reply, cut = false): Verdict {
  if (reply.kind === 'away') {
    return {
      kind: 'busy',
      reason: `the gateway is away: ${reply.reason}`,
      reason_code: 'gateway_unreachable',
      everywhere: true,
      retryAfterMs: undefined,
    };
  }
  if (reply.kind === 'oversized') return { kind: 'failed', reason: reply.reason, reason_code: 'reply_too_large' };
  if (reply.kind !== 'answer')
    return { kind: 'retry', reason: reply.reason, reason_code: codeWithout(reply.kind, cut) };
  const { status, retryAfterMs } = reply;
  if (status >= 200 && status < 300) return judgeResult(reply);
  const { words, code } = readReason(reply.body);
  const why: Why = {
    reason: `${status}: ${words}`,
    reason_code: codeOf(status, code),
    http_status: status,
    ...(code !== undefined && { function_code: code }),
  };
  // 429 comes from one replica that has enough to do, and a function speaks for one replica only: 503 without its word is a gateway's
  if (status === 429 || status === 503)
    return { kind: 'busy', ...why, everywhere: why.reason_code === 'no_replica', retryAfterMs };
  if (status === 404) return { kind: 'absent', ...why };
  if (status >= 500 || status === 408) return { kind: 'retry', ...why };
  return { kind: 'rejected', ...why, reason: words };
}

/** Where there is no whole answer. */
function codeWithout(kind: Exclude<Reply['kind'], 'answer' | 'away' | 'oversized'>, cut: boolean): ReasonCode {
  if (kind === 'timeout') return cut ? 'deadline_in_function' : 'invoke_timeout';
  return 'reply_truncated';
}

/** A gateway answers in plain text; what comes with a code of its own is the function's word. */
const FROM_GATEWAY = [404, 502, 503, 504];
/** Refusals that are not about the picture: the request itself, or whether it may be made. */
const NOT_THE_PICTURE = [401, 402, 403, 404, 405, 407, 411];
const CODES: Record<string, ReasonCode> = { busy: 'function_busy', deadline: 'deadline_in_function' };

function codeOf(status: number, code: string | undefined): ReasonCode {
  const known = code === undefined ? undefined : CODES[code];
  if (known) return known;
  if (code === undefined && FROM_GATEWAY.includes(status)) return 'no_replica';
  if (status === 429) return 'function_busy';
  if (status >= 500 || status === 408) return 'function_error';
  if (status < 400 || NOT_THE_PICTURE.includes(status)) return 'refused';
  return 'bad_image';
}

function judgeResult({ body, contentType }: Reply & { kind: 'answer' }): Verdict {
  if (body.length === 0) return { kind: 'dropped' };
  if (contentType.includes('json')) {
    const answer = detectAnswer.safeParse(parseJson(body));
    if (answer.success) return { kind: 'detected', answer: answer.data };
  }
  return { kind: 'passed', content: body, contentType };
}

/** The words of an `ErrorBody` and its code, else the text as it is. */
function readReason(body: Buffer): { words: string; code?: string } {
  const told = errorBody.safeParse(parseJson(body)).data;
  const words = told?.error ?? body.toString('utf8').trim();
  return {
    words: words.slice(0, MOST_WORDS) || 'no reason given',
    ...(told && { code: told.code.slice(0, MOST_CODE) }),
  };
}

/** Characters. */
const MOST_WORDS = 300;
const MOST_CODE = 100;

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
