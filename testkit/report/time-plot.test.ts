import { describe, expect, it } from 'vitest';
import { scale, type TimePlot, timePlot } from './time-plot.ts';

const plot = (over: Partial<TimePlot> = {}) =>
  timePlot({
    title: 't',
    shaded: { name: 's', stretches: [] },
    marks: [],
    panels: [{ title: 'p', unit: 'u', lines: [{ name: 'l', values: [0, 10] }] }],
    ...over,
  });
const paths = (svg: string) => [...svg.matchAll(/<path d="([^"]+)" fill="none"/g)].map(([, path]) => path!);
const line = (values: (number | undefined)[], stepped = false) =>
  paths(plot({ panels: [{ title: 'p', unit: 'u', lines: [{ name: 'l', values, stepped }] }] }))[0]!;

describe('a plot over time', () => {
  it('goes from the first second at the left to the last at the right, higher values higher up', () => {
    const [from, to] = line([0, 10])
      .slice(1)
      .split('L')
      .map((point) => point.split(' ').map(Number));
    expect(from![0]).toBe(64);
    expect(to![0]).toBe(796);
    expect(from![1]! - to![1]!).toBe(112);
  });

  it('breaks off where there is no value', () => {
    expect(line([1, 2, undefined, 3, Number.NaN, 4]).split('M')).toHaveLength(4);
  });

  it('leaves out what lies within a stretch of equal values', () => {
    expect(line([1, 1, 1, 1, 2]).split('L')).toHaveLength(3);
  });

  it('draws counts as steps', () => {
    expect(line([1, 1, 2, 2], true)).toMatch(/^M[\d.]+ [\d.]+H[\d.]+V[\d.]+H796\.0$/);
  });

  it('puts all panels over the same seconds, and shades the same stretches in each', () => {
    const panel = (count: number) => ({
      title: 'p',
      unit: 'u',
      lines: [{ name: 'l', values: Array.from({ length: count }, (_, i) => i) }],
    });
    const svg = plot({ panels: [panel(11), panel(6)], shaded: { name: 's', stretches: [[0, 5]] } });
    expect(svg.match(/<rect x="64.0" [^>]*width="366.0"/g)).toHaveLength(2);
    expect(paths(svg)[1]).toMatch(/L430\.0 /);
  });

  it('keeps words from becoming markup', () => {
    expect(plot({ title: '<b>', marks: [{ at: 0, text: '&' }] })).not.toMatch(/<b>|>&</);
  });
});

describe('a scale', () => {
  it.each([
    [5, 5, 1],
    [6, 6, 1],
    [9, 10, 2],
    [0.9, 1, 0.2],
    [130, 140, 20],
    [1234, 1400, 200],
  ])('up to %d ends at %d in steps of %d', (most, top, step) => {
    const found = scale(most);
    expect(found.top).toBeCloseTo(top);
    expect(found.step).toBeCloseTo(step);
  });

  it('of nothing is a scale all the same', () => expect(scale(0)).toEqual({ top: 1, step: 1 }));
});
