import { describe, expect, it } from 'vitest';
import { fairness } from './fairness.ts';

const share = (camera_id: string, detected: number) => ({ camera_id, offered: 10, detected });

describe('fairness', () => {
  it('is even where each camera gets the same share', () => {
    expect(fairness(1, [share('a', 10), share('b', 10)])).toBe(
      'Shared evenly: each camera gets the same share of its frames detected, 100 %.',
    );
    expect(fairness(0.99, [share('a', 6), share('b', 7)])).toBe(
      'Shared evenly: each camera gets about the same share of its frames detected, 60 % to 70 %.',
    );
  });

  it('names the camera that is worst off where it is not', () => {
    expect(fairness(0.97, [share('a', 10), share('b', 7)])).toBe(
      'Shared nearly evenly: 70 % of b is detected, 100 % of a.',
    );
    const one = [share('least', 3), ...'abcdefgh'.split('').map((id) => share(id, 10))];
    expect(fairness(0.95, one)).toMatch(/^Shared unevenly: 30 % of least is detected/);
    expect(fairness(0.5, [share('a', 10), share('b', 0)])).toMatch(/^Shared unevenly: 0 % of b is detected/);
  });

  it('ignores cameras that send nothing', () => {
    expect(fairness(undefined, [])).toBe('No camera is sending.');
    expect(fairness(1, [share('a', 9), { camera_id: 'b', offered: 0, detected: 0 }])).toBe(
      'One camera is sending: 90 % of its frames are detected.',
    );
  });
});
