import { describe, expect, it } from 'vitest';
import { barChart, scale } from './plot.ts';

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

describe('a bar chart', () => {
  const bar = (label: string, ...values: number[]) => ({
    label,
    text: `${values}`,
    parts: values.map((value, i) => ({ name: `part ${i}`, value })),
  });
  const widths = (svg: string) => [...svg.matchAll(/width="([\d.]+)" height="20"/g)].map(([, width]) => Number(width));

  it('draws lengths in proportion, and parts one behind the other', () => {
    const svg = barChart({ title: 't', unit: 'u', bars: [bar('a', 10), bar('b', 2, 3)] });
    const [ten, two, three] = widths(svg);
    expect(ten! / (two! + three!)).toBeCloseTo(2, 1);
    expect(two! / three!).toBeCloseTo(2 / 3, 1);
  });

  it('names the parts only where there are several', () => {
    expect(barChart({ title: 't', unit: 'u', bars: [bar('a', 1)] })).not.toContain('part 0');
    expect(barChart({ title: 't', unit: 'u', bars: [bar('a', 1, 1)] })).toContain('part 1');
  });

  it('keeps labels from becoming markup', () => {
    expect(barChart({ title: '<b>', unit: '&', bars: [] })).not.toContain('<b>');
  });
});
