import { type DetectAnswer, detectAnswer, errorBody } from '@framewire/contract';
import type { Reply } from './gateway.ts';
import type { WithReason } from './outcome.ts';

/**
 * What a reply says of the frame:
 * - `detected`: a detector's answer;
 * - `passed`: another function's answer, to be passed on as it is;
 * - `dropped`: another function's answer, empty;
 * - `rejected`: the frame is bad and stays bad;
 * - `retry`: it failed, and may succeed another time;
 * - `busy`: not the frame's fault; `everywhere` where it would go no better for any other frame;
 * - `absent`: the gateway or the function knows no such address.
 */
export type Verdict =
  | { kind: 'detected'; answer: DetectAnswer }
  | { kind: 'passed'; content: Uint8Array; contentType: string }
  | { kind: 'dropped' }
  | WithReason<'rejected' | 'retry' | 'absent'>
  | { kind: 'busy'; reason: string; everywhere: boolean; retryAfterMs: number | undefined };

export function judge(reply: Reply): Verdict {
  if (reply.kind === 'away') {
    return {
      kind: 'busy',
      reason: `the gateway is away: ${reply.reason}`,
      everywhere: true,
      retryAfterMs: undefined,
    };
  }
  if (reply.kind !== 'answer') return { kind: 'retry', reason: reply.reason };
  const { status, retryAfterMs } = reply;
  if (status >= 200 && status < 300) return judgeResult(reply);
  const reason = `${status}: ${readReason(reply.body)}`;
  // 429 comes from one replica that has enough to do, 503 from a gateway without any
  if (status === 429 || status === 503) return { kind: 'busy', reason, everywhere: status === 503, retryAfterMs };
  if (status === 404) return { kind: 'absent', reason };
  if (status >= 500 || status === 408) return { kind: 'retry', reason };
  return { kind: 'rejected', reason: readReason(reply.body) };
}

function judgeResult({ body, contentType }: Reply & { kind: 'answer' }): Verdict {
  if (body.length === 0) return { kind: 'dropped' };
  if (contentType.includes('json')) {
    const answer = detectAnswer.safeParse(parseJson(body));
    if (answer.success) return { kind: 'detected', answer: answer.data };
  }
  return { kind: 'passed', content: body, contentType };
}

/** The words of an `ErrorBody`, else the text as it is. */
function readReason(body: Buffer): string {
  const words = errorBody.safeParse(parseJson(body)).data?.error ?? body.toString('utf8').trim();
  return words.slice(0, 300) || 'no reason given';
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
