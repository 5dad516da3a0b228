import { describe, expect, it } from 'vitest';
import { createStreamIdentity } from './identity.ts';

describe('a stream that is attached to again', () => {
  const bytes = (text: string) => Buffer.from(text);
  const readTo = (last: number) => {
    const identity = createStreamIdentity();
    identity.attach();
    for (let offset = 0; offset <= last; offset++) {
      expect(identity.check(offset, bytes(`record ${offset}`))).toBe('new');
      identity.read(offset, bytes(`record ${offset}`));
    }
    identity.attach();
    return identity;
  };

  it('is the same where the last record is', () => {
    const identity = readTo(5);
    expect(identity.isKnown).toBe(false);
    expect(identity.check(4, bytes('record 4'))).toBe('old');
    expect(identity.isKnown).toBe(false);
    expect(identity.check(5, bytes('record 5'))).toBe('old');
    expect(identity.isKnown).toBe(true);
    expect(identity.check(6, bytes('record 6'))).toBe('new');
  });

  it('is another where that record is another, or is not held', () => {
    expect(readTo(5).check(5, bytes('of another stream'))).toBe('another');
    expect(readTo(5).check(6, bytes('record 6'))).toBe('another');
  });
});
