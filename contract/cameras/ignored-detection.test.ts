import { expect, it } from 'vitest';
import type { Mask } from './areas.ts';
import { footOf, ignoredBecause } from './ignored-detection.ts';

const image = { width: 200, height: 100 };
const person = { x: 80, y: 40, w: 20, h: 50, score: 0.6 };
const leftHalf: Mask = {
  points: [
    [0, 0],
    [0.5, 0],
    [0.5, 1],
    [0, 1],
  ],
};

it('everything counts where nothing is set', () => {
  expect(ignoredBecause(person, image, {})).toBeUndefined();
});

it('a detection is ignored for its score, its size, or where it stands', () => {
  expect(ignoredBecause(person, image, { detection: { min_score: 0.61 } })).toBe('score');
  expect(ignoredBecause(person, image, { detection: { min_score: 0.6 } })).toBeUndefined();
  expect(ignoredBecause(person, image, { detection: { min_size: 0.51 } })).toBe('small');
  expect(ignoredBecause(person, image, { detection: { max_size: 0.49 } })).toBe('large');
  expect(ignoredBecause(person, image, { detection: { min_size: 0.5, max_size: 0.5 } })).toBeUndefined();
  expect(ignoredBecause(person, image, { masks: [leftHalf] })).toBe('mask');
  expect(ignoredBecause({ ...person, x: 95 }, image, { masks: [leftHalf] })).toBeUndefined();
});

it('a detector without scores is not silenced by a lowest score', () => {
  expect(ignoredBecause({ ...person, score: undefined }, image, { detection: { min_score: 0.9 } })).toBeUndefined();
});

it('a box that reaches below the frame stands on its lower edge', () => {
  expect(footOf({ x: 80, y: 80, w: 20, h: 50 }, image)).toEqual([0.45, 1]);
});
