import { waitFor } from '@framewire/runtime/process';
import { expect, it } from 'vitest';
import { createSlots } from './slots.ts';

it('so many go at once, in their order; one that is given back or given up lets the next one go', async () => {
  const slots = createSlots(2, 60_000);
  const granted: number[] = [];
  const taken = [0, 1, 2, 3, 4].map((n) => {
    const slot = slots.take();
    void slot.granted.then(() => granted.push(n));
    return slot;
  });
  await waitFor('the first two', () => granted.length === 2);
  expect(granted).toEqual([0, 1]);
  taken[1]!.release();
  taken[1]!.release(); // no second place for it
  await waitFor('the third', () => granted.length === 3);
  taken[3]!.release(); // was still waiting
  taken[0]!.release();
  await waitFor('all', () => granted.length === 5);
  expect(granted.slice(2)).toEqual([2, 3, 4]);
});

it('one that is held for too long holds up nobody', async () => {
  const slots = createSlots(1, 10);
  slots.take();
  await slots.take().granted;
});
