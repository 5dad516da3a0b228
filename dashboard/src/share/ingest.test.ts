import { describe, expect, it } from 'vitest';
import { describeNoAccess, outcomeOf } from './ingest.ts';

describe('a posted frame', () => {
  const outcome = (status: number, body: string, headers: Record<string, string> = {}) =>
    outcomeOf(new Response(body, { status, headers }));

  it('is accepted with 202 and nothing else', async () => {
    expect(await outcome(202, '{}')).toEqual({ accepted: true });
    expect((await outcome(200, '{}')).accepted).toBeUndefined();
  });

  it('is retried when the queue is full, after the time the server gives', async () => {
    const full = '{"error":"1000 frames wait","code":"queue_full"}';
    expect(await outcome(429, full, { 'retry-after': '5' })).toEqual({
      trouble: 'The queue is full: 1000 frames wait',
      wait: 5000,
    });
    expect(await outcome(503, 'no JSON')).toEqual({
      trouble: 'The server cannot take frames now: status 503',
      wait: 2000,
    });
  });

  it('is given up when the server rejects it', async () => {
    expect(await outcome(413, '{"error":"too large","code":"too_large"}')).toEqual({
      refused: 'The server rejected the frame: too large',
    });
  });
});

it('a missing camera is explained with advice', () => {
  expect(describeNoAccess(new DOMException('', 'NotAllowedError'))).toMatch(/Allow it in the address bar/);
  expect(describeNoAccess(new DOMException('', 'SecurityError'))).toMatch(/https or from localhost/);
  expect(describeNoAccess(new Error('strange'))).toBe('The camera could not be opened: strange');
});
