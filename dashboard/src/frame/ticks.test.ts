import { expect, it } from 'vitest';
import { ticks } from './ticks.ts';

it.each([
  [0, 84, [0, 20, 40, 60, 80]],
  [0, 1200, [0, 200, 400, 600, 800, 1000, 1200]],
  [0, 3, [0, 0.5, 1, 1.5, 2, 2.5, 3]],
  [-7, 60, [0, 20, 40, 60]],
])('from %d to %d they are round', (from, to, steps) => {
  expect(ticks(from, to)).toEqual(steps);
});
