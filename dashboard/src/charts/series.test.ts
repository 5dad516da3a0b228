import type { HistoryAnswer } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { brief, panels, quantity, stacked, summary, unitOf } from './series.ts';

const answer: HistoryAnswer = {
  from: 0,
  to: 60,
  step: 30,
  series: [
    {
      name: 'stages',
      label: 'queue',
      unit: 's',
      points: [
        [0, 0.2],
        [30, null],
        [60, 0.3],
      ],
    },
    {
      name: 'stages',
      label: 'detect',
      unit: 's',
      points: [
        [30, 0.1],
        [60, 0.1],
      ],
    },
    { name: 'rate', unit: 'frames/s', points: [[0, null]] },
  ],
};

describe('panels', () => {
  it('have the lines of a series on one time axis, with gaps where there is no value', () => {
    const [stages] = panels(answer, ['stages']);
    expect(stages).toEqual({
      name: 'stages',
      title: 'Stage timings',
      unit: 's',
      times: [0, 30, 60],
      lines: [
        { label: 'queue', values: [0.2, null, 0.3] },
        { label: 'detect', values: [null, 0.1, 0.1] },
      ],
    });
  });

  it('have the stages in pipeline order', () => {
    const stage = (label: string) => ({
      name: 'stages',
      label,
      unit: 's' as const,
      points: [[0, 1]] as [number, number][],
    });
    const series = ['other', 'detect', 'decode', 'publish'].map(stage);
    const [panel] = panels({ ...answer, series }, ['stages']);
    expect(panel!.lines.map(({ label }) => label)).toEqual(['publish', 'decode', 'detect', 'other']);
  });

  it('do not count the stages of the function twice', () => {
    const stage = (label: string, value: number | null) => ({
      name: 'stages',
      label,
      unit: 's' as const,
      points: [[0, value]] as [number, number | null][],
    });
    const values = (call: number | null) => {
      const series = [stage('invoke', call), stage('detect', 0.5), stage('decode', 0.25)];
      return panels({ ...answer, series }, ['stages'])[0]!.lines.map(
        ({ label, values: [value] }) => `${label} ${value}`,
      );
    };
    expect(values(1)).toEqual(['gateway 0.25', 'decode 0.25', 'detect 0.5']);
    expect(values(0.7)[0]).toBe('gateway 0');
    expect(values(null)).toEqual(['decode 0.25', 'detect 0.5']);
  });

  it('have no line where there is no data', () => {
    expect(panels(answer, ['rate', 'end_to_end']).map(({ name, lines }) => [name, lines.length])).toEqual([
      ['rate', 0],
      ['end_to_end', 0],
    ]);
  });
});

it('a chart has a text alternative', () => {
  expect(summary(panels(answer, ['stages'])[0]!)).toBe(
    'Stage timings: queue 300 ms, between 200 ms and 300 ms; detect 100 ms, between 100 ms and 100 ms',
  );
});

it('lines are stacked, and a gap in all of them is a gap', () => {
  const lines = [
    { label: 'a', values: [1, null, null] },
    { label: 'b', values: [2, 3, null] },
  ];
  expect(stacked(lines)).toEqual([
    [1, null, null],
    [3, 3, null],
  ]);
});

it('the axis has the unit where it depends on the size, else the heading has it', () => {
  const [rate, stages] = panels(answer, ['rate', 'stages']);
  expect([brief(50, 'frames/s'), unitOf(rate!)]).toEqual(['50', 'frames/s']);
  expect([brief(0.05, 's'), unitOf(stages!)]).toEqual(['50 ms', undefined]);
});

it.each([
  [0.0114, 's', '11.4 ms'],
  [2.5, 's', '2.5 s'],
  [0, 's', '0 ms'],
  [0.9912, 'ratio', '99.1 %'],
  [312_000_000, 'bytes', '312 MB'],
  [2_410_000_000, 'bytes', '2.41 GB'],
  [96.24, 'frames/s', '96.2 frames/s'],
  [487, 'frames', '487 frames'],
] as const)('%d %s is written %s', (value, unit, text) => {
  expect(quantity(value, unit)).toBe(text);
});
