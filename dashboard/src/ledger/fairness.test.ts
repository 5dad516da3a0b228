import { describe, expect, it } from 'vitest';
import { fairness } from './fairness.ts';

const share = (camera_id: string, shown: number) => ({ camera_id, asked: 10, shown });

describe('fairness in words', () => {
  it('is even where each gets the same part', () => {
    expect(fairness(1, [share('a', 10), share('b', 10)]).words).toBe(
      'Shared evenly: each camera gets the same part of its frames through, 100 %.',
    );
    expect(fairness(0.99, [share('a', 6), share('b', 7)])).toMatchObject({
      word: 'evenly',
      words: 'Shared evenly: each camera gets about the same part of its frames through, 60 % to 70 %.',
    });
  });

  it('names who comes off worst where it is not', () => {
    expect(fairness(0.97, [share('a', 10), share('b', 7)])).toEqual({
      word: 'nearly evenly',
      words: 'Shared nearly evenly: b gets 70 % of its frames through, a 100 %.',
    });
    const one = [share('least', 3), ...'abcdefgh'.split('').map((id) => share(id, 10))];
    expect(fairness(0.95, one).words).toMatch(/^Shared unevenly: least gets 30 %/);
    expect(fairness(0.5, [share('a', 10), share('b', 0)]).words).toMatch(/^Shared unevenly: b gets 0 %/);
  });

  it('says nothing of those who ask for nothing', () => {
    expect(fairness(undefined, []).word).toBe('unknown');
    expect(fairness(1, [share('a', 9), { camera_id: 'b', asked: 0, shown: 0 }]).words).toBe(
      'One camera asks, and gets 90 % of its frames through.',
    );
  });
});
