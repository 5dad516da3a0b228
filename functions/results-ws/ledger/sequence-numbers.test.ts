import { describe, expect, it } from 'vitest';
import { createSequenceNumbers } from './sequence-numbers.ts';

const T = 1_700_000_000;

describe('the numbers of a source', () => {
  it('are missing while a later one has its outcome, one by one', () => {
    const numbers = createSequenceNumbers(1);
    expect(numbers.settle([[1, 3]], T)).toBe(3);
    expect(numbers.gaps).toEqual([]);
    expect(numbers.settle([[9, 9]], T + 1)).toBe(1);
    expect(numbers.gaps).toEqual([{ first: 4, last: 8, since: T + 1 }]);
    expect(numbers.settle([[6, 6]], T + 2)).toBe(1);
    expect(numbers.gaps.map(({ first, last }) => [first, last])).toEqual([
      [4, 5],
      [7, 8],
    ]);
    expect(numbers.settle([[3, 7]], T + 3)).toBe(3);
    expect(numbers.gaps.map(({ first, last }) => [first, last])).toEqual([[8, 8]]);
    expect(numbers.settle([[8, 8]], T + 4)).toBe(1);
    expect([numbers.gaps, numbers.count]).toEqual([[], 9]);
  });

  it('count once, also where outcomes come in another order at the beginning, and none is missed below it', () => {
    const numbers = createSequenceNumbers(5);
    expect(numbers.settle([[5, 5]], T)).toBe(1);
    expect(numbers.settle([[2, 2]], T)).toBe(1);
    expect(numbers.settle([[2, 3]], T)).toBe(1);
    expect([numbers.count, numbers.gaps]).toEqual([3, []]);
  });

  it('are folded into a sum, the oldest first, where the gaps are too many to be known one by one', () => {
    const numbers = createSequenceNumbers(1);
    for (let seq = 2; seq <= 100_000; seq += 2) numbers.settle([[seq, seq]], T);
    expect(numbers.gaps.length).toBeLessThanOrEqual(10_000);
    expect(numbers.gaps.at(-1)).toMatchObject({ first: 99_999, last: 99_999 });
    expect(numbers.gaps.length + numbers.folded).toBe(50_000);
  });

  it('agree with a plain count, however they come', () => {
    let state = 7;
    const random = (n: number) => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state % n;
    };
    const numbers = createSequenceNumbers(1);
    const settled = new Set<number>();
    let fresh = 0;
    for (let round = 0; round < 2_000; round++) {
      const first = 1 + random(400);
      const last = first + random(4);
      fresh += numbers.settle([[first, last]], T);
      for (let n = first; n <= last; n++) settled.add(n);
    }
    const missing = numbers.gaps.reduce((total, gap) => total + gap.last - gap.first + 1, 0);
    expect([fresh, numbers.count]).toEqual([settled.size, Math.max(...settled)]);
    expect(missing).toBe(Math.max(...settled) - settled.size);
  });
});
