import { expect, it } from 'vitest';
import { arrange } from './arrange.ts';

const numbered = (n: number) => Array.from({ length: n }, (_, i) => i);
const isOdd = (n: number) => n % 2 === 1;

it('puts cameras that send before idle ones, and keeps the order otherwise', () => {
  expect(arrange(numbered(6), isOdd)).toEqual({ tiles: [0, 2, 4, 1, 3, 5], listed: [] });
});

it('lists many idle cameras without tiles', () => {
  expect(arrange(numbered(14), isOdd)).toEqual({
    tiles: [0, 2, 4, 6, 8, 10, 12],
    listed: [1, 3, 5, 7, 9, 11, 13],
  });
});

it('keeps all tiles while every camera is idle', () => {
  expect(arrange(numbered(30), () => true).tiles).toHaveLength(30);
});
