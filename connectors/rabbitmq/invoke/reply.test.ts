import { describe, expect, it } from 'vitest';
import { ANSWER } from '../testing/gateway.ts';
import { readRetryAfter } from './openfaas.ts';
import { classifyReply } from './reply.ts';

const answer = (status: number, body: string | object = '', contentType = 'application/json') =>
  classifyReply({
    kind: 'answer',
    status,
    contentType,
    retryAfterMs: undefined,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });

describe('what an answer says of the frame', () => {
  it.each([
    [200, 'dropped'],
    [204, 'dropped'],
    [302, 'rejected'],
    [400, 'rejected'],
    [401, 'rejected'],
    [404, 'absent'],
    [408, 'retry'],
    [413, 'rejected'],
    [429, 'busy'],
    [500, 'retry'],
    [501, 'retry'],
    [502, 'retry'],
    [503, 'busy'],
    [504, 'retry'],
  ])('%i without a word: %s', (status, kind) => {
    expect(answer(status).kind).toBe(kind);
  });

  it.each([
    ['a gateway without a replica', 503, 'no replica of detect-faces is ready', 'no_replica', undefined, true],
    [
      'a gateway whose replica has exited',
      502,
      "Can't reach service for: detect-faces.",
      'no_replica',
      undefined,
      undefined,
    ],
    ['a gateway that waited in vain', 504, 'Gateway Timeout', 'no_replica', undefined, undefined],
    ['a detector without a worker', 503, { error: 'ending', code: 'no_worker' }, 'function_error', 'no_worker', false],
    [
      'a detector that took too long',
      504,
      { error: 'slow', code: 'time_limit' },
      'function_error',
      'time_limit',
      undefined,
    ],
    [
      'a detector that got it too late',
      504,
      { error: 'late', code: 'deadline' },
      'deadline_in_function',
      'deadline',
      undefined,
    ],
    [
      'a detector whose worker died',
      500,
      { error: 'it died', code: 'worker_died' },
      'function_error',
      'worker_died',
      undefined,
    ],
    ['a detector that is full', 429, { error: '4 are under way', code: 'busy' }, 'function_busy', 'busy', false],
    ['a bad picture', 400, { error: 'damaged JPEG', code: 'damaged' }, 'bad_image', 'damaged', undefined],
    ['a function behind a lock', 401, 'who are you', 'refused', undefined, undefined],
  ])('names the reason for programs: %s', (_, status, body, reason_code, function_code, everywhere) => {
    const said = answer(status, body);
    expect(said).toMatchObject({ reason_code, http_status: status });
    expect((said as { function_code?: string }).function_code).toBe(function_code);
    if (everywhere !== undefined) expect(said).toMatchObject({ everywhere });
  });

  it('is detected only of what a detector answers', () => {
    expect(answer(200, ANSWER)).toEqual({ kind: 'detected', answer: ANSWER });
    expect(answer(200, ANSWER, 'application/json; charset=utf-8').kind).toBe('detected');
    expect(answer(200, { ...ANSWER, detections: 3 }).kind).toBe('passed');
    expect(answer(200, '{"half').kind).toBe('passed');
    expect(answer(201, 'text', 'text/plain')).toMatchObject({ kind: 'passed', contentType: 'text/plain' });
  });

  it('without an answer is not held against the frame unless it was under way', () => {
    expect(classifyReply({ kind: 'away', reason: 'ECONNREFUSED' })).toMatchObject({ kind: 'busy', everywhere: true });
    expect(classifyReply({ kind: 'broken', reason: 'reset' }).kind).toBe('retry');
    expect(classifyReply({ kind: 'timeout', reason: 'late' }).kind).toBe('retry');
    const codes = (...args: Parameters<typeof classifyReply>) =>
      (classifyReply(...args) as { reason_code?: string }).reason_code;
    expect(codes({ kind: 'away', reason: 'ECONNREFUSED' })).toBe('gateway_unreachable');
    expect(codes({ kind: 'broken', reason: 'reset' })).toBe('reply_truncated');
    expect(codes({ kind: 'timeout', reason: 'no answer within 30000 ms' })).toBe('invoke_timeout');
    expect(codes({ kind: 'timeout', reason: 'no answer within 32 ms' }, true)).toBe('deadline_in_function');
  });
});

it('Retry-After is seconds or a date', () => {
  expect(readRetryAfter('3')).toBe(3_000);
  expect(readRetryAfter('Wed, 21 Oct 2015 07:28:00 GMT', Date.UTC(2015, 9, 21, 7, 27, 55))).toBe(5_000);
  expect(readRetryAfter('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0);
  expect(readRetryAfter('soon')).toBeUndefined();
  expect(readRetryAfter(undefined)).toBeUndefined();
});
