import { expect, it } from 'vitest';
import { names, percentBelow } from './format.ts';

it('a share under its objective never reads as if it reached it', () => {
  expect(percentBelow(0.986, 0.99)).toBe('98.6 %');
  expect(percentBelow(0.9899, 0.99)).toBe('98.99 %');
  expect(percentBelow(0.71, 0.99)).toBe('71 %');
  expect(percentBelow(0.98999999, 0.99)).toBe('under 99 %');
  expect(percentBelow(0.9994, 0.9995)).toBe('99.9 %');
});

it('many names are few and a number', () => {
  expect(names(['door'])).toBe('door');
  expect(names(['door', 'yard', 'hall'])).toBe('door, yard and hall');
  expect(names(Array.from({ length: 30 }, (_, n) => `c${n}`))).toBe('c0, c1 and 28 more');
});
