import { describe, expect, it } from 'vitest';
import { iou, scoreBoxes } from './boxes.ts';

const box = (x: number, y: number, w = 10, h = 10) => ({ x, y, w, h });

describe('bounding boxes', () => {
  it('overlap by what they share of what both cover', () => {
    expect(iou(box(0, 0), box(0, 0))).toBe(1);
    expect(iou(box(0, 0), box(5, 0))).toBeCloseTo(1 / 3);
    expect(iou(box(0, 0), box(10, 0))).toBe(0);
    expect(iou(box(0, 0), box(-20, -20))).toBe(0);
  });

  it('count once for one face, and the rest as beside', () => {
    const faces = [box(0, 0), box(100, 0)];
    expect(scoreBoxes([box(1, 1), box(0, 1), box(50, 50)], faces)).toEqual({ found: 1, faces: 2, beside: 2 });
    expect(scoreBoxes([box(3, 0)], [box(0, 0), box(4, 0)])).toEqual({ found: 1, faces: 2, beside: 0 });
    expect(scoreBoxes([], faces)).toEqual({ found: 0, faces: 2, beside: 0 });
    expect(scoreBoxes([box(0, 0)], [])).toEqual({ found: 0, faces: 0, beside: 1 });
  });
});
