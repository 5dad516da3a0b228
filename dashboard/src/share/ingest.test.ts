import { describe, expect, it } from 'vitest';
import { outcomeOf, refusalOf } from './ingest.ts';

describe('a frame that was posted', () => {
  it('is accepted with 202 and nothing else', () => {
    expect(outcomeOf(202, '{}', null)).toEqual({ accepted: true });
    expect(outcomeOf(200, '{}', null).accepted).toBeUndefined();
  });

  it('is tried again when the queue is full, after as long as the server says', () => {
    expect(outcomeOf(429, '{"error":"1000 frames wait"}', '5')).toEqual({
      trouble: 'The queue is full: 1000 frames wait',
      wait: 5000,
    });
    expect(outcomeOf(503, 'no JSON', null)).toEqual({
      trouble: 'The server cannot take frames now: status 503',
      wait: 2000,
    });
  });

  it('is given up when the server will not have it', () => {
    expect(outcomeOf(413, '{"error":"too large"}', null)).toEqual({
      refused: 'The server refused the picture: too large',
    });
  });
});

it('why there is no camera is said with what helps', () => {
  expect(refusalOf(new DOMException('', 'NotAllowedError'))).toMatch(/Allow it in the address bar/);
  expect(refusalOf(new DOMException('', 'SecurityError'))).toMatch(/https or from localhost/);
  expect(refusalOf(new Error('strange'))).toBe('The camera could not be opened: strange');
});
