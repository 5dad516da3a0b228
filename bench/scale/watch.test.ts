import { expect, it } from 'vitest';
import { countTurns } from './watch.ts';

const observed = (...wanted: number[]) => wanted.map((n, at) => ({ at, wanted: n, available: n }));

it.each([
  [[1, 1, 2, 3, 3, 5], 0],
  [[1, 2, 2, 1], 1],
  [[1, 3, 1, 3, 1], 3],
  [[2], 0],
  [[], 0],
])('in %j the direction changes %d times', (wanted, turns) => {
  expect(countTurns(observed(...wanted))).toBe(turns);
});
