import { describe, expect, it } from 'vitest';
import { commonAspect, WIDE } from './aspect.ts';

describe('the aspect ratio of the stages', () => {
  it('is that of the frames where they agree', () => {
    expect(commonAspect([4 / 3, 640 / 480, 4 / 3])).toBe(4 / 3);
    expect(commonAspect([9 / 16])).toBe(3 / 4);
    expect(commonAspect([3])).toBe(WIDE);
  });

  it('is 16:9 where they differ, or before the first', () => {
    expect(commonAspect([4 / 3, 1.5])).toBe(WIDE);
    expect(commonAspect([])).toBe(WIDE);
  });
});
