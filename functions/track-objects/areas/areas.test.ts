import type { CountingLine, Zone } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { beginPassage, pass } from './lines.ts';
import { leaveAll, type Presence, visit } from './zones.ts';

const image = { width: 1000, height: 500 };
/** A box of 20 by 100 pixels that stands there. */
const at = (x: number, y: number) => ({ x: x - 10, y: y - 100, w: 20, h: 100 });

describe('a zone', () => {
  const zone: Zone = {
    name: 'porch',
    points: [
      [0.2, 0.4],
      [0.6, 0.4],
      [0.6, 1],
      [0.2, 1],
    ],
  };

  it('has who stands in it; the height of the box does not matter', () => {
    const presence: Presence = {};
    expect(visit(presence, [zone], at(400, 190), image, 1)).toEqual([]);
    expect(presence).toEqual({});
    visit(presence, [zone], at(400, 210), image, 2);
    expect(presence).toEqual({ porch: 2 });
  });

  it('is left when its border is behind by a tenth of the box, after a stay of so long', () => {
    const presence: Presence = {};
    visit(presence, [zone], at(210, 300), image, 10);
    for (const [x, time] of [
      [195, 11],
      [205, 12],
      [191, 13],
    ] as const)
      expect(visit(presence, [zone], at(x, 300), image, time)).toEqual([]);
    expect(visit(presence, [zone], at(189, 300), image, 14.5)).toEqual([{ zone: 'porch', seconds: 4.5 }]);
    expect(presence).toEqual({});
  });

  it('is left by who is lost, and by all when it is removed', () => {
    const presence: Presence = { porch: 3 };
    expect(leaveAll(presence, 7)).toEqual([{ zone: 'porch', seconds: 4 }]);
    expect(visit({ porch: 3 }, [], at(300, 300), image, 5)).toEqual([{ zone: 'porch', seconds: 2 }]);
  });
});

describe('a line', () => {
  // whoever looks from the left end to the right end has the lower half on the right
  const line: CountingLine = { name: 'gate', from: [0.2, 0.6], to: [0.8, 0.6] };
  const walk = (...places: [number, number][]) => {
    const passage = beginPassage();
    return places.flatMap(([x, y]) => pass(passage, [line], at(x, y), image).map(({ direction }) => direction));
  };

  it('is crossed in, from left to right, and out', () => {
    expect(walk([500, 250], [500, 350])).toEqual(['in']);
    expect(walk([500, 350], [500, 250])).toEqual(['out']);
    expect(walk([500, 250], [500, 350], [500, 250])).toEqual(['in', 'out']);
  });

  it('is crossed once by a way that takes several frames, or stops on it', () => {
    expect(walk([500, 280], [500, 296], [500, 300], [500, 304], [500, 320])).toEqual(['in']);
    expect(walk([500, 304], [500, 296], [500, 280])).toEqual(['out']);
  });

  it('is not crossed by flutter on it, nor by a step over it and back', () => {
    expect(walk([500, 280], [500, 303], [500, 297], [500, 305], [500, 296], [500, 280])).toEqual([]);
  });

  it('is not crossed beside its ends', () => {
    expect(walk([100, 250], [100, 350])).toEqual([]);
    expect(walk([900, 350], [850, 250])).toEqual([]);
    expect(walk([500, 250], [100, 250], [100, 350], [500, 350])).toEqual([]);
  });

  it('is crossed by one great step after a gap', () => {
    expect(walk([300, 110], [700, 490])).toEqual(['in']);
  });

  it('that is drawn while an object is there is crossed only after that', () => {
    const passage = beginPassage();
    pass(passage, [], at(500, 250), image);
    expect(pass(passage, [line], at(500, 250), image)).toEqual([]);
    expect(pass(passage, [line], at(500, 350), image)).toEqual([{ line: 'gate', direction: 'in' }]);
  });
});
