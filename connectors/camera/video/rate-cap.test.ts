import { expect, it } from 'vitest';
import { createRateCap } from './rate-cap.ts';

/** How many of the frames that come at these moments (ms) pass. */
function passed(fps: number, moments: number[]): number {
  let now = 0;
  const mayPass = createRateCap(fps, () => now);
  return moments.filter((moment) => {
    now = moment;
    return mayPass();
  }).length;
}
const frames = (count: number, every: number, jitter = 0) =>
  Array.from({ length: count }, (_, i) => i * every + (i % 2 ? jitter : -jitter) + jitter);

it('lets so many frames a second pass on average, and all of a source that is slower or as fast', () => {
  expect(passed(10, frames(250, 40))).toBeGreaterThanOrEqual(99);
  expect(passed(10, frames(250, 40))).toBeLessThanOrEqual(102);
  expect(passed(10, frames(100, 100, 20))).toBe(100);
  expect(passed(10, frames(50, 200))).toBe(50);
});
