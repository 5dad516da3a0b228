import { describe, expect, it } from 'vitest';
import { createSourceClocks } from './source-clocks.ts';

const MINUTES = 60_000;
const ROOM = 500;

describe('the clock of a source', () => {
  it.each([10 * MINUTES, -10 * MINUTES])(
    'that is %i ms behind is suspected at once, and known after a while',
    (behind) => {
      const clocks = createSourceClocks();
      expect(clocks.observe('door', behind + 5, ROOM, 0)).toEqual({ state: 'suspected' });
      expect(clocks.observe('door', behind + 3, ROOM, 2_000)).toEqual({ state: 'suspected' });
      expect(clocks.observe('door', behind + 9, ROOM, 4_000)).toEqual({ state: 'off', behindMs: behind + 3 });
      // also of a frame that waited
      expect(clocks.observe('door', behind + 1_500, 0, 4_100)).toEqual({ state: 'off', behindMs: behind + 3 });
      expect(clocks.observe('yard', 4, ROOM, 4_200)).toEqual({ state: 'right' });
    },
  );

  it('is right again as soon as one frame says so', () => {
    const clocks = createSourceClocks();
    for (const now of [0, 4_000]) clocks.observe('door', 10 * MINUTES, ROOM, now);
    expect(clocks.observe('door', 12, ROOM, 5_000)).toEqual({ state: 'right' });
    expect(clocks.observe('door', 10 * MINUTES, ROOM, 6_000)).toEqual({ state: 'suspected' });
  });

  it('is not blamed for a queue that was full, nor for a backlog that runs off after the broker stood still', () => {
    const clocks = createSourceClocks();
    for (let now = 0; now < 10_000; now += 100)
      expect(clocks.observe('door', 60_000, 0, now)).toEqual({ state: 'right' });
    for (let waited = 60_000; waited > 31_000; waited -= 500)
      expect(clocks.observe('door', waited, ROOM, 10_000 + (60_000 - waited) / 10).state).not.toBe('off');
  });
});
