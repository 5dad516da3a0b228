import { expect, it } from 'vitest';
import { derivedFrameId, numberedFrameId } from './frame-id.ts';

it('follows from the same text, and from no other', () => {
  expect(derivedFrameId('a')).toBe(derivedFrameId(new TextEncoder().encode('a')));
  expect(derivedFrameId('a')).not.toBe(derivedFrameId('b'));
  // the first 16 bytes of SHA-256('a') are ca978112 ca1b bdca fac2 31b39a23dc4d
  expect(derivedFrameId('a')).toBe('ca978112-ca1b-8dca-bac2-31b39a23dc4d');
});

it('follows from a number, as the wire format says', () => {
  expect(numberedFrameId('s1', 7)).toBe(derivedFrameId('s1/7'));
  expect(numberedFrameId('s1', 7)).not.toBe(numberedFrameId('s1', 8));
});
