import { describe, expect, it } from 'vitest';
import { type Point, SPARK, sparkPaths, sparkSpan } from './spark.ts';

const NOW = 100_000;
const points = (...ages: [age: number, value: number][]): Point[] => ages.map(([age, value]) => [NOW - age, value]);

/** The x and y of each point of a path. */
const coordinates = (path: string) =>
  [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

describe('a small chart', () => {
  it('is none of fewer than two points within the hour', () => {
    expect(sparkPaths([], NOW)).toBeUndefined();
    expect(sparkPaths(points([3600, 5], [10, 5]), NOW)).toBeUndefined();
  });

  it('spans what there is of the last hour from left to right and begins at 0', () => {
    const line = coordinates(sparkPaths(points([1800, 0], [900, 50], [0, 100]), NOW)!.line);
    expect(line.map(([x]) => x)).toEqual([0, SPARK.width / 2, SPARK.width]);
    const [low, middle, high] = line.map(([, y]) => y!);
    expect(low).toBe(SPARK.height - 1);
    expect(middle).toBeCloseTo((low! + high!) / 2, 1);
    expect(high).toBeGreaterThanOrEqual(0);
  });

  it('spans five minutes at least, and an hour at most', () => {
    expect(sparkSpan(points([20, 0], [10, 0]), NOW)).toBe(300);
    expect(sparkSpan(points([700, 0], [10, 0]), NOW)).toBe(700);
    expect(sparkSpan(points([9000, 0], [3590, 0], [10, 0]), NOW)).toBe(3590);
    expect(sparkSpan([], NOW)).toBe(3600);
    const line = coordinates(sparkPaths(points([60, 0], [0, 1]), NOW)!.line);
    expect(line[0]![0]).toBe(SPARK.width * 0.8);
  });

  it('is flat at the bottom where all is 0', () => {
    const line = coordinates(sparkPaths(points([20, 0], [10, 0]), NOW)!.line);
    expect(line.map(([, y]) => y)).toEqual([SPARK.height - 1, SPARK.height - 1]);
  });

  it('has a gap where points are missing, and passes over what is no number', () => {
    const gap = points([900, 1], [870, 1], [840, 1], [90, 1], [60, 1], [30, 1]);
    expect(sparkPaths(gap, NOW)!.line.match(/M/g)).toHaveLength(2);
    expect(sparkPaths(gap.slice(0, 3), NOW)!.line.match(/M/g)).toHaveLength(1);
    expect(sparkPaths([[NOW - 45, Number.NaN], ...gap.slice(3)], NOW)!.line).not.toContain('NaN');
  });
});
