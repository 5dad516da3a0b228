import { describe, expect, it } from 'vitest';
import { WIDE } from '../picture/aspect.ts';
import { layout, neighbour } from './layout.ts';

const desk = { width: 1384, height: 600, gap: 12, minWidth: 200, caption: 34, aspect: WIDE };
/** Height of all rows with such tiles. */
const rowsOf = (tiles: number, { columns, width }: { columns: number; width: number }) => {
  const rows = Math.ceil(tiles / columns);
  return rows * ((width * 9) / 16 + desk.caption) + (rows - 1) * desk.gap;
};

describe('the layout', () => {
  it('gives one tile all the room', () => {
    // 600 less the caption, times 16/9
    expect(layout(1, desk)).toEqual({ columns: 1, width: 1006 });
  });

  it('gives frames that are higher more of the height', () => {
    expect(layout(1, { ...desk, aspect: 4 / 3 })).toEqual({ columns: 1, width: 754 });
  });

  it('chooses the columns that make the tiles largest', () => {
    expect(layout(4, desk)).toEqual({ columns: 2, width: 462 });
    expect(layout(8, desk)).toEqual({ columns: 4, width: 337 });
  });

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 18])(
    'lets %i tiles be seen at once, side by side and below one another',
    (tiles) => {
      const plan = layout(tiles, desk);
      expect(rowsOf(tiles, plan)).toBeLessThanOrEqual(desk.height + 1);
      expect(plan.columns * plan.width + (plan.columns - 1) * desk.gap).toBeLessThanOrEqual(desk.width);
      expect(plan.width).toBeGreaterThanOrEqual(desk.minWidth);
    },
  );

  it('puts as many side by side as fit where not all do', () => {
    expect(layout(64, desk)).toEqual({ columns: 6, width: 220 });
  });

  it('fills a phone, which is narrower than two tiles', () => {
    expect(layout(8, { ...desk, width: 366, height: 300 })).toEqual({ columns: 1, width: 366 });
    expect(layout(2, { ...desk, width: 150, height: 300 })).toEqual({ columns: 1, width: 150 });
  });
});

describe('arrow keys', () => {
  // 0 1 2
  // 3 4
  const go = (key: string, index: number) => neighbour(key, index, 5, 3);

  it('lead to the tile that lies there', () => {
    expect([go('ArrowRight', 0), go('ArrowLeft', 4), go('ArrowDown', 1), go('ArrowUp', 3)]).toEqual([1, 3, 4, 0]);
    expect([go('Home', 4), go('End', 0)]).toEqual([0, 4]);
  });

  it('stay at the edges', () => {
    expect([go('ArrowLeft', 0), go('ArrowUp', 2), go('ArrowRight', 4), go('ArrowDown', 3)]).toEqual([0, 2, 4, 3]);
  });

  it('lead down to the last tile where the last row is shorter', () => {
    expect(go('ArrowDown', 2)).toBe(4);
  });

  it('leave other keys alone', () => {
    expect(go('a', 2)).toBeUndefined();
  });
});
