import { expect, it } from 'vitest';
import { measure } from './measure.ts';

it.each([
  [0.62, 'ratio', '62 %'],
  [3.14, 'ms', '3.1 ms'],
  [0, 'ms', '0 ms'],
  [412, 'ms', '412 ms'],
  [10.2, 's', '10 s'],
  [4.25, 'frames/s', '4.3 frames/s'],
  [487, 'frames', '487 frames'],
  [12, 'pages', '12 pages'],
] as const)('%d %s is written %s', (value, unit, text) => {
  expect(measure(value, unit)).toBe(text);
});
