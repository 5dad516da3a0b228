import { describe, expect, it } from 'vitest';
import { Arrivals } from './arrivals.ts';

const every = (ms: number, count: number) => {
  const arrivals = new Arrivals();
  for (let i = 0; i < count; i++) arrivals.add(i * ms);
  return arrivals;
};

describe('arrivals', () => {
  it('are no rate before there are two', () => {
    expect(every(100, 1).perSecond(0)).toBe(0);
  });

  it('are at their rate from the second on, and stay there', () => {
    expect(every(100, 2).perSecond(150)).toBe(10);
    expect(every(100, 200).perSecond(19_950)).toBeCloseTo(10, 5);
  });

  it('grow fewer when none comes, and are none after five seconds', () => {
    const stopped = every(100, 51);
    expect(stopped.perSecond(5000 + 900)).toBeCloseTo(10, 5);
    expect(stopped.perSecond(5000 + 3000)).toBeLessThan(8);
    expect(stopped.perSecond(5000 + 5000)).toBe(0);
  });
});
