import { describe, expect, it } from 'vitest';
import { matchFaces, overlap, readKnownPictures } from './truth.ts';

const box = (x: number, y: number, w = 10, h = 10) => ({ x, y, w, h });

describe('found faces', () => {
  it('overlap by what they share of what both cover', () => {
    expect(overlap(box(0, 0), box(0, 0))).toBe(1);
    expect(overlap(box(0, 0), box(5, 0))).toBeCloseTo(1 / 3);
    expect(overlap(box(0, 0), box(10, 0))).toBe(0);
    expect(overlap(box(0, 0), box(-20, -20))).toBe(0);
  });

  it('count once for one face, and the rest as beside', () => {
    const truth = [box(0, 0), box(100, 0)];
    expect(matchFaces(truth, [box(1, 1), box(0, 1), box(50, 50)])).toEqual({ found: 1, beside: 2 });
    expect(matchFaces(truth, [])).toEqual({ found: 0, beside: 0 });
    expect(matchFaces([], [box(0, 0)])).toEqual({ found: 0, beside: 1 });
  });

  it('have a truth to be held against in each drawn scene', async () => {
    const known = await readKnownPictures(undefined);
    expect(known.length).toBeGreaterThan(1);
    for (const { faces } of known) expect(faces.length).toBeGreaterThanOrEqual(2);
  });
});
