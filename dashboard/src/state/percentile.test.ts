import { expect, it } from 'vitest';
import { percentile } from './percentile.ts';

it('a percentile is by nearest rank, whatever the order, and of nothing there is none', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([percentile(hundred, 0.5), percentile(hundred, 0.95), percentile(hundred, 1)]).toEqual([50, 95, 100]);
  expect([percentile([7], 0.95), percentile([], 0.5)]).toEqual([7, undefined]);
});
