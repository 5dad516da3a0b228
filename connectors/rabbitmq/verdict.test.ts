import { describe, expect, it } from 'vitest';
import { readRetryAfter } from './gateway.ts';
import { ANSWER } from './testing/gateway.ts';
import { judge } from './verdict.ts';

const answer = (status: number, body: string | object = '', contentType = 'application/json') =>
  judge({
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

  it('is detected only of what a detector answers', () => {
    expect(answer(200, ANSWER)).toEqual({ kind: 'detected', answer: ANSWER });
    expect(answer(200, ANSWER, 'application/json; charset=utf-8').kind).toBe('detected');
    expect(answer(200, { ...ANSWER, detections: 3 }).kind).toBe('passed');
    expect(answer(200, '{"half').kind).toBe('passed');
    expect(answer(201, 'text', 'text/plain')).toMatchObject({ kind: 'passed', contentType: 'text/plain' });
  });

  it('without an answer is not held against the frame unless it was under way', () => {
    expect(judge({ kind: 'away', reason: 'ECONNREFUSED' })).toMatchObject({ kind: 'busy', everywhere: true });
    expect(judge({ kind: 'broken', reason: 'reset' }).kind).toBe('retry');
    expect(judge({ kind: 'timeout', reason: 'late' }).kind).toBe('retry');
  });
});

it('Retry-After is seconds or a date', () => {
  expect(readRetryAfter('3')).toBe(3_000);
  expect(readRetryAfter('Wed, 21 Oct 2015 07:28:00 GMT', Date.UTC(2015, 9, 21, 7, 27, 55))).toBe(5_000);
  expect(readRetryAfter('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0);
  expect(readRetryAfter('soon')).toBeUndefined();
  expect(readRetryAfter(undefined)).toBeUndefined();
});
