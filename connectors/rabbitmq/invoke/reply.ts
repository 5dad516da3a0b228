import { type DetectAnswer, detectAnswer, errorBody, type ReasonCode } from '@framewire/contract';
import { tryParseJson } from '@framewire/runtime/process';
import type { Why, WithReason } from '../settle/outcome.ts';
import type { Reply } from './openfaas.ts';

/**
 * What a reply means for the frame:
 * - `detected`: a detector's answer;
 * - `passed`: another function's answer, which is passed on as it is;
 * - `dropped`: another function's answer, empty;
 * - `rejected`: the frame is bad and stays bad;
 * - `failed`: the answer cannot be used, and would be the same another time;
 * - `retry`: it failed, and may succeed another time;
 * - `busy`: not the frame's fault; `everywhere` where any other frame would get the same reply;
 * - `absent`: the gateway or the function knows no such address.
 */
export type InvocationResult =
  | { kind: 'detected'; answer: DetectAnswer }
  | { kind: 'passed'; content: Uint8Array; contentType: string }
  | { kind: 'dropped' }
  | WithReason<'rejected' | 'failed' | 'retry' | 'absent'>
  | ({ kind: 'busy'; everywhere: boolean; retryAfterMs: number | undefined } & Why);

/** @param cut whether the timeout was the rest of the frame's life, which is shorter than the timeout of an invocation. */
export function classifyReply(reply: Reply, cut = false): InvocationResult {
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
    return { kind: 'retry', reason: reply.reason, reason_code: codeWithoutAnswer(reply.kind, cut) };
  const { status, retryAfterMs } = reply;
  if (status >= 200 && status < 300) return classifyBody(reply);
  const { message, code } = readReason(reply.body);
  const why: Why = {
    reason: `${status}: ${message}`,
    reason_code: codeOf(status, code),
    http_status: status,
    ...(code !== undefined && { function_code: code }),
  };
  // 429 comes from one replica that has enough to do, and a function speaks for one replica only: a 503 without its code is the gateway's
  if (status === 429 || status === 503)
    return { kind: 'busy', ...why, everywhere: why.reason_code === 'no_replica', retryAfterMs };
  if (status === 404) return { kind: 'absent', ...why };
  if (status >= 500 || status === 408) return { kind: 'retry', ...why };
  return { kind: 'rejected', ...why, reason: message };
}

/** Of an invocation without a whole answer. */
function codeWithoutAnswer(kind: Exclude<Reply['kind'], 'answer' | 'away' | 'oversized'>, cut: boolean): ReasonCode {
  if (kind === 'timeout') return cut ? 'deadline_in_function' : 'invoke_timeout';
  return 'reply_truncated';
}

/** A gateway answers in plain text; an answer with a code in it comes from the function. */
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

function classifyBody({ body, contentType }: Reply & { kind: 'answer' }): InvocationResult {
  if (body.length === 0) return { kind: 'dropped' };
  if (contentType.includes('json')) {
    const answer = detectAnswer.safeParse(tryParseJson(body.toString('utf8')));
    if (answer.success) return { kind: 'detected', answer: answer.data };
  }
  return { kind: 'passed', content: body, contentType };
}

/** Characters. */
const MAX_MESSAGE = 300;
const MAX_CODE = 100;

/** The message and code of an `ErrorBody`; of anything else the text as it is. */
function readReason(body: Buffer): { message: string; code?: string } {
  const text = body.toString('utf8');
  const error = errorBody.safeParse(tryParseJson(text)).data;
  const message = error?.error ?? text.trim();
  return {
    message: message.slice(0, MAX_MESSAGE) || 'no reason given',
    ...(error && { code: error.code.slice(0, MAX_CODE) }),
  };
}
