import { isWithinPolygon, type Point } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { draftOf } from '../draft/draft.ts';
import {
  addArea,
  areaAt,
  cornersOf,
  crossesDrawn,
  moveArea,
  refusedCorners,
  titleOf,
  withCorners,
  withoutArea,
} from './areas.ts';
import { arrowOf, wayIn } from './direction.ts';
import { anchorOf, movePlaces, snapPlace } from './place.ts';

const size = { width: 400, height: 200 };
const LEFT: Point[] = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
];
const MIDDLE: Point[] = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.75, 0.75],
  [0.25, 0.75],
];

describe('a place', () => {
  it('is on the border where the pointer comes near, or goes beyond', () => {
    expect(snapPlace([9, 100], size)).toEqual([0, 0.5]);
    expect(snapPlace([395, 192], size)).toEqual([1, 1]);
    expect(snapPlace([-50, 900], size)).toEqual([0, 1]);
    expect(snapPlace([100, 50], size)).toEqual([0.25, 0.25]);
  });

  it('moves with the others until one is on the border', () => {
    expect(movePlaces(MIDDLE, [0.9, -0.9])).toEqual([
      [0.5, 0],
      [1, 0],
      [1, 0.5],
      [0.5, 0.5],
    ]);
  });

  it('for a name is within the polygon, also where its middle is not', () => {
    const horseshoe: Point[] = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0.9, 1],
      [0.9, 0.1],
      [0.1, 0.1],
      [0.1, 1],
      [0, 1],
    ];
    for (const polygon of [LEFT, MIDDLE, horseshoe]) expect(isWithinPolygon(polygon, anchorOf(polygon))).toBe(true);
  });
});

describe('areas of a draft', () => {
  const first = addArea(draftOf(), 'zone', LEFT);
  const second = addArea(first.draft, 'zone', MIDDLE);
  const third = addArea(second.draft, 'line', [
    [0, 0.5],
    [1, 0.5],
  ]);
  const { draft } = addArea(third.draft, 'mask', LEFT);

  it('get names of their own, also after one was taken away', () => {
    expect(draft.zones.map(({ name }) => name)).toEqual(['zone-1', 'zone-2']);
    expect(titleOf(draft, { kind: 'mask', index: 0 })).toBe('mask 1');
    const again = addArea(withoutArea(draft, first.added), 'zone', LEFT);
    expect(again.draft.zones.map(({ name }) => name)).toEqual(['zone-2', 'zone-3']);
  });

  it('are hit on top first, the selected one before all, and a line near it', () => {
    expect(areaAt(draft, [0.3, 0.3], size)).toEqual(second.added);
    expect(areaAt(draft, [0.3, 0.3], size, first.added)).toEqual(first.added);
    expect(areaAt(draft, [0.3, 0.56], size)).toEqual(third.added);
    expect(areaAt(draft, [0.9, 0.9], size)).toBeUndefined();
  });

  it('are moved as one, and changed without changing what was before', () => {
    const moved = moveArea(draft, second.added, [0.1, 0]);
    expect(cornersOf(moved, second.added)[0]).toEqual([0.35, 0.25]);
    expect(cornersOf(draft, second.added)).toEqual(MIDDLE);
    const turned = withCorners(draft, third.added, [
      [1, 0.5],
      [0, 0.5],
    ]);
    expect(turned.lines[0]).toEqual({ name: 'line-1', from: [1, 0.5], to: [0, 0.5] });
  });

  it('refuse corners whose edges cross, and say so', () => {
    expect(
      refusedCorners('zone', [
        [0, 0],
        [1, 1],
        [1, 0],
        [0, 1],
      ]),
    ).toMatch(/must not cross/);
    expect(
      refusedCorners('mask', [
        [0, 0],
        [1, 1],
      ]),
    ).toMatch(/at least 3 corners/);
    expect(
      refusedCorners('line', [
        [0, 0],
        [0, 0],
      ]),
    ).toMatch(/two different ends/);
    expect(refusedCorners('zone', LEFT)).toBeUndefined();
    const drawn: Point[] = [
      [0, 0],
      [1, 0],
      [0.5, 1],
    ];
    expect(crossesDrawn(drawn, [0.5, -0.5])).toBe(true);
    expect(crossesDrawn(drawn, [0, 0.5])).toBe(false);
    expect(
      crossesDrawn(
        [
          [0, 0],
          [1, 0],
        ],
        [0.5, 1],
      ),
    ).toBe(false);
  });
});

describe('the direction of a line', () => {
  it('is to the right of whoever looks along it: a line drawn to the right counts what comes down as in', () => {
    expect(wayIn({ from: [0, 0.5], to: [1, 0.5] }, size)).toBe('down');
    expect(wayIn({ from: [1, 0.5], to: [0, 0.5] }, size)).toBe('up');
    expect(wayIn({ from: [0.5, 0], to: [0.5, 1] }, size)).toBe('left');
    expect(wayIn({ from: [0, 0], to: [1, 1] }, { width: 100, height: 100 })).toBe('down and left');
  });

  it('is shown by an arrow across its middle', () => {
    const { from, to, in: word } = arrowOf({ from: [0, 0.5], to: [1, 0.5] }, size);
    expect([from[0], to[0]]).toEqual([200, 200]);
    expect(to[1]).toBeGreaterThan(100);
    expect(word[1]).toBeGreaterThan(to[1]);
  });

  it('keeps its words on the picture where it lies on the border', () => {
    const { in: word } = arrowOf({ from: [0, 1], to: [1, 1] }, size);
    expect(word[1]).toBeLessThan(size.height);
  });
});
