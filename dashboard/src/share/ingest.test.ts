import { describe, expect, it } from 'vitest';
import { outcomeOf, refusalOf } from './ingest.ts';

describe('a posted frame', () => {
  it('is accepted with 202 and nothing else', () => {
    expect(outcomeOf(202, '{}', null)).toEqual({ accepted: true });
    expect(outcomeOf(200, '{}', null).accepted).toBeUndefined();
  });

  it('is retried when the queue is full, after the time the server gives', () => {
    expect(outcomeOf(429, '{"error":"1000 frames wait"}', '5')).toEqual({
      trouble: 'The queue is full: 1000 frames wait',
      wait: 5000,
    });
    expect(outcomeOf(503, 'no JSON', null)).toEqual({
      trouble: 'The server cannot take frames now: status 503',
      wait: 2000,
    });
  });

  it('is given up when the server rejects it', () => {
    expect(outcomeOf(413, '{"error":"too large"}', null)).toEqual({
      refused: 'The server rejected the frame: too large',
    });
  });
});

it('a missing camera is explained with advice', () => {
  expect(refusalOf(new DOMException('', 'NotAllowedError'))).toMatch(/Allow it in the address bar/);
  expect(refusalOf(new DOMException('', 'SecurityError'))).toMatch(/https or from localhost/);
  expect(refusalOf(new Error('strange'))).toBe('The camera could not be opened: strange');
});
