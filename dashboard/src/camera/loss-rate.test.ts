import { describe, expect, it } from 'vitest';
import { LossRates } from './loss-rate.ts';

/** Counts reported once a second, beginning at 0 s. */
function reported(shed: number[], since = 1): LossRates {
  const losses = new LossRates();
  shed.forEach((count, second) => {
    losses.add({ outcomes: { shed: count }, counted_since: since }, second * 1000);
  });
  return losses;
}

describe('losses', () => {
  it('are none before there are two counts', () => {
    expect(new LossRates().perSecond('shed', 0)).toBe(0);
    expect(reported([7]).perSecond('shed', 0)).toBe(0);
  });

  it('are a rate from the second count on, and of that outcome alone', () => {
    const losses = reported([100, 104, 108]);
    expect(losses.perSecond('shed', 2000)).toBe(4);
    expect(losses.perSecond('failed', 2000)).toBe(0);
  });

  it('are of the last ten seconds', () => {
    // 30 in the first second, then 2 in each
    const counts = Array.from({ length: 21 }, (_, second) => (second === 0 ? 0 : 28 + 2 * second));
    expect(reported(counts).perSecond('shed', 20_000)).toBe(2);
  });

  it('that happened while nothing was reported are not stretched over it', () => {
    const losses = reported([0]);
    losses.add({ outcomes: { shed: 5 }, counted_since: 1 }, 100_000);
    expect(losses.perSecond('shed', 100_000)).toBe(0.5);
  });

  it('are no news when nothing was reported for ten seconds', () => {
    expect(reported([0, 50]).perSecond('shed', 11_000)).toBe(0);
  });

  it('begin again with another count', () => {
    const losses = reported([100, 110]);
    losses.add({ outcomes: { shed: 3 }, counted_since: 2 }, 2000);
    expect(losses.perSecond('shed', 2000)).toBe(0);
    losses.add({ outcomes: { shed: 4 }, counted_since: 2 }, 3000);
    expect(losses.perSecond('shed', 3000)).toBe(1);
  });
});
