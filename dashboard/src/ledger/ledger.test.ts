import { describe, expect, it } from 'vitest';
import { ledger } from './ledger.ts';

const NONE = {
  published: 0,
  still: 0,
  detected: 0,
  expired: 0,
  rejected: 0,
  failed: 0,
  shed: 0,
  in_flight: 0,
  unaccounted: 0,
  duplicates: 0,
  unnumbered: 0,
};

describe('the ledger', () => {
  it('of no frame is none', () => {
    expect(ledger(undefined)).toBeUndefined();
    expect(ledger({ totals: NONE, known_since: null })).toBeUndefined();
    expect(ledger({ totals: NONE, known_since: 5 })).toBeUndefined();
  });

  it('is what all frames became since the first, without what never happened', () => {
    const totals = { ...NONE, detected: 80, failed: 5, shed: 15, in_flight: 3 };
    expect(ledger({ totals, known_since: 400 })).toEqual({
      since: 400,
      shares: [
        { outcome: 'detected', frames: 80, share: 0.8 },
        { outcome: 'failed', frames: 5, share: 0.05 },
        { outcome: 'shed', frames: 15, share: 0.15 },
      ],
    });
  });
});
