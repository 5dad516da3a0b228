import { describe, expect, it } from 'vitest';
import { ledger } from './ledger.ts';

describe('the ledger', () => {
  it('of no frame is none', () => {
    expect(ledger([])).toBeUndefined();
    expect(ledger([{ outcomes: { shed: 0 }, counted_since: 5 }])).toBeUndefined();
  });

  it('is the sum over all cameras since the first count, without what never happened', () => {
    const views: Parameters<typeof ledger>[0] = [
      { outcomes: { detected: 60, shed: 15 }, counted_since: 500 },
      { outcomes: { detected: 20, failed: 5 }, counted_since: 400 },
    ];
    expect(ledger(views)).toEqual({
      total: 100,
      since: 400,
      shares: [
        { outcome: 'detected', frames: 80, share: 0.8 },
        { outcome: 'failed', frames: 5, share: 0.05 },
        { outcome: 'shed', frames: 15, share: 0.15 },
      ],
    });
  });
});
