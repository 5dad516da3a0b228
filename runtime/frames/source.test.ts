import { countShed, MAX_SHED_FRAMES, MAX_SHED_RANGES } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { createSource } from './source.ts';

describe('a source', () => {
  it('numbers from 1 without gaps, under an id of its own', () => {
    const source = createSource();
    expect([source.next(), source.next(), source.next()]).toEqual([1, 2, 3]);
    expect(createSource().id).not.toBe(source.id);
  });

  it('hands out shed numbers once, and again when they are given back', () => {
    const source = createSource();
    for (const seq of [2, 3, 7, 5, 4]) source.shed(seq);
    expect(source.unreported).toBe(5);
    const taken = source.take().shed;
    expect(taken).toEqual([
      [2, 5],
      [7, 7],
    ]);
    expect(source.take().shed).toEqual([]);
    source.shed(6);
    source.giveBack({ shed: taken, still: [] });
    expect(source.take().shed).toEqual([[2, 7]]);
  });

  it('keeps still numbers apart from shed ones', () => {
    const source = createSource();
    for (const seq of [1, 2, 4]) source.still(seq);
    source.shed(3);
    expect(source.unreported).toBe(4);
    const taken = source.take();
    expect(taken).toEqual({
      shed: [[3, 3]],
      still: [
        [1, 2],
        [4, 4],
      ],
    });
    source.giveBack(taken);
    expect(source.take()).toEqual(taken);
  });

  it('hands out no more at once than a message holds', () => {
    const source = createSource();
    for (let n = 1; n <= MAX_SHED_RANGES + 10; n++) source.shed(2 * n);
    expect(countShed(source.take().shed)).toBe(MAX_SHED_RANGES);
    expect(source.unreported).toBe(10);
    expect(source.take().shed[0]).toEqual([2 * MAX_SHED_RANGES + 2, 2 * MAX_SHED_RANGES + 2]);
  });

  it('hands out no more frames at once than a record may claim, and the rest with the next one', () => {
    const source = createSource();
    source.giveBack({
      shed: [
        [1, 10],
        [21, MAX_SHED_FRAMES + 20],
      ],
      still: [],
    });
    expect(source.take().shed).toEqual([
      [1, 10],
      [21, MAX_SHED_FRAMES + 10],
    ]);
    expect(source.take().shed).toEqual([[MAX_SHED_FRAMES + 11, MAX_SHED_FRAMES + 20]]);
    expect(source.unreported).toBe(0);
  });
});
