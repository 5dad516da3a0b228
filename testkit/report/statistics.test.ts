import { describe, expect, it } from 'vitest';
import { percentile, spread } from './statistics.ts';

describe('a percentile', () => {
  it('is a value of the sample, by the nearest rank', () => {
    const sample = [5, 1, 4, 2, 3];
    expect(percentile(sample, 0.5)).toBe(3);
    expect(percentile(sample, 0.99)).toBe(5);
    expect(percentile(sample, 0.2)).toBe(1);
    expect(percentile(sample, 0)).toBe(1);
  });

  it('sorts as numbers, and leaves the sample as it was', () => {
    const sample = [10, 9, 100];
    expect(percentile(sample, 0.5)).toBe(10);
    expect(sample).toEqual([10, 9, 100]);
  });

  it('of nothing is no number', () => expect(percentile([], 0.5)).toBeNaN());
});

describe('a spread', () => {
  it('is the median between the lowest and the highest round', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3, rounds: 3 });
    expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, low: 1, high: 4, rounds: 4 });
  });

  it('leaves out rounds without a figure', () => {
    expect(spread([Number.NaN, 2])).toEqual({ median: 2, low: 2, high: 2, rounds: 1 });
    expect(spread([]).median).toBeNaN();
  });
});
