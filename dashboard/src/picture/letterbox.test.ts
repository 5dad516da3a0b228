import { describe, expect, it } from 'vitest';
import { clampBox, labelOf, letterbox, placeLabel } from './letterbox.ts';

describe('a letterboxed picture', () => {
  it('fills a stage of its own shape', () => {
    expect(letterbox({ width: 640, height: 360 }, { width: 320, height: 180 })).toEqual({
      scale: 0.5,
      left: 0,
      top: 0,
    });
  });

  it('stands in the middle, with bars at its sides or above and below', () => {
    expect(letterbox({ width: 480, height: 480 }, { width: 320, height: 180 })).toEqual({
      scale: 0.375,
      left: 70,
      top: 0,
    });
    expect(letterbox({ width: 800, height: 200 }, { width: 400, height: 300 })).toEqual({
      scale: 0.5,
      left: 0,
      top: 100,
    });
  });
});

describe('a box', () => {
  const picture = { width: 100, height: 80 };

  it('within its picture stays as it is', () => {
    expect(clampBox({ x: 10, y: 20, w: 30, h: 40 }, picture, 1)).toEqual({ x: 10, y: 20, w: 30, h: 40 });
  });

  it('that reaches over the edge is drawn at the edge, its whole stroke within', () => {
    expect(clampBox({ x: -5, y: 60, w: 30, h: 40 }, picture, 1)).toEqual({ x: 1, y: 60, w: 24, h: 19 });
  });

  it('that lies outside has no size below 0', () => {
    expect(clampBox({ x: 200, y: 0, w: 30, h: 40 }, picture, 1)).toMatchObject({ x: 99, w: 0 });
  });
});

describe('a label', () => {
  const stage = { width: 320, height: 180 };
  const label = { width: 60, height: 18 };

  it('stands above its box', () => {
    expect(placeLabel({ x: 100, y: 100, w: 40, h: 50 }, label, stage)).toEqual({ left: 99, top: 81 });
  });

  it('stands below where there is no room above', () => {
    expect(placeLabel({ x: 100, y: 5, w: 40, h: 50 }, label, stage)).toEqual({ left: 99, top: 56 });
  });

  it('stands below where the one above is of another detector, and within at the bottom where there is no room', () => {
    expect(placeLabel({ x: 100, y: 100, w: 40, h: 50 }, label, stage, 'below')).toEqual({ left: 99, top: 151 });
    expect(placeLabel({ x: 100, y: 100, w: 40, h: 75 }, label, stage, 'below')).toEqual({ left: 99, top: 156 });
  });

  it('stands within a box that fills the stage', () => {
    expect(placeLabel({ x: 0, y: 1, w: 320, h: 178 }, label, stage)).toEqual({ left: 0, top: 1 });
  });

  it.each([0, 80, 290, 319])('is whole, however far at the side its box is: x = %i', (x) => {
    const { left } = placeLabel({ x, y: 100, w: 1, h: 20 }, label, stage);
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left + label.width).toBeLessThanOrEqual(stage.width);
  });

  it('says what the detector says', () => {
    const box = { x: 0, y: 0, w: 1, h: 1 };
    expect(labelOf({ ...box, label: 'face', score: 0.976 })).toBe('face 0.98');
    expect(labelOf({ ...box, score: 0.5 })).toBe('0.50');
    expect(labelOf(box)).toBe('');
  });
});
