import { expect, it } from 'vitest';
import { createFrameTimeout } from './frame-timeout.ts';

/** What is waited for the frame after these moments, seconds. */
function timeoutAfter(fps: number, ...seconds: number[]): number {
  let now = 0;
  const timeout = createFrameTimeout(fps, () => now);
  for (const second of seconds) {
    now = second * 1000;
    timeout.onFrame();
  }
  return timeout.ms() / 1000;
}

it.each([
  ['no frame yet', 10, [], 60],
  ['a first frame shows no rhythm', 10, [0], 60],
  ['two neither', 10, [0, 0.1], 60],
  ['a fast camera', 10, [0, 0.1, 0.2], 5],
  ['one frame every 8 s', 10, [0, 8, 16], 24],
  ['one frame every 20 s', 10, [0, 20, 40], 60],
  ['one that is asked for a frame every 10 s', 0.1, [0, 10, 20], 30],
  ['one that is asked for a frame every minute, and gave none yet', 1 / 60, [], 180],
  ['a pause long ago', 10, [0, 20, ...Array.from({ length: 12 }, (_, i) => 21 + i)], 5],
])('%s', (_, fps, moments, seconds) => {
  expect(timeoutAfter(fps, ...moments)).toBe(seconds);
});
