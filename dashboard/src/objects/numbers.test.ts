import { describe, expect, it } from 'vitest';
import { carry, numberColour, ObjectNumbers } from './numbers.ts';

const box = (x: number) => ({ x, y: 0, w: 40, h: 40 });
const frame = (frame_id: string, ...xs: number[]) => ({ frame_id, detections: xs.map(box) });

describe('the numbers of objects', () => {
  it('stand at the boxes of their frame, by the order of its detections', () => {
    const numbers = new ObjectNumbers();
    numbers.receive({ frame_id: 'a', tracks: [{ id: 7, detection: 1 }, { id: 8 }, { id: 9, detection: 0 }] });
    expect(numbers.of(frame('a', 0, 100))).toEqual([9, 7]);
    expect([numbers.now, numbers.soFar]).toEqual([3, 9]);
  });

  it('go on in the next frame until its own come, at the boxes that hardly moved', () => {
    const numbers = new ObjectNumbers();
    numbers.receive({
      frame_id: 'a',
      tracks: [
        { id: 7, detection: 0 },
        { id: 8, detection: 1 },
      ],
    });
    numbers.of(frame('a', 0, 100));
    expect(numbers.of(frame('b', 105, 5, 300))).toEqual([8, 7]);
    numbers.receive({
      frame_id: 'b',
      tracks: [
        { id: 7, detection: 1 },
        { id: 9, detection: 2 },
      ],
    });
    expect([...numbers.of(frame('b', 105, 5, 300))]).toEqual([undefined, 7, 9]);
  });

  it('may come before their frame', () => {
    const numbers = new ObjectNumbers();
    expect(numbers.isKnown).toBe(false);
    numbers.receive({ frame_id: 'b', tracks: [{ id: 3, detection: 0 }] });
    expect(numbers.of(frame('a', 0))).toEqual([]);
    expect(numbers.of(frame('b', 0))).toEqual([3]);
    expect(numbers.isKnown).toBe(true);
  });

  it('are given once each', () => {
    expect(carry({ detections: [box(0)], numbers: [1] }, [box(12), box(2)])).toEqual([undefined, 1]);
  });

  it('have a colour each, the same at any time', () => {
    expect(numberColour(17)).toBe(numberColour(17));
    expect(numberColour(17)).not.toBe(numberColour(18));
  });
});
