import type { HistoryAnswer } from '@framewire/contract';
import { expect, it } from 'vitest';
import { countsOf } from './area-counts.ts';

const answer = (...series: [name: string, label: string, values: (number | null)[]][]): HistoryAnswer => ({
  from: 0,
  to: 10,
  step: 2,
  series: series.map(([name, label, values]) => ({
    name,
    label,
    unit: 'objects',
    points: values.map((value, i): [number, number | null] => [i * 2, value]),
  })),
});
const names = { zones: ['mat'], lines: ['sill'] };

it('a zone has who is in it now, and before', () => {
  const { zones } = countsOf(answer(['occupancy', 'mat', [null, 1, 2, null]]), names);
  expect(zones).toEqual([
    {
      name: 'mat',
      now: 2,
      points: [
        [2, 1],
        [4, 2],
      ],
    },
  ]);
});

it('a zone without a number is not empty', () => {
  expect(countsOf(answer(), names).zones[0]!.now).toBeUndefined();
});

it('a line has what crossed it in the time that was asked for, each way', () => {
  const { lines } = countsOf(
    answer(['crossings', 'sill in', [7, 7, 9]], ['crossings', 'sill out', [null, 1, 1]]),
    names,
  );
  expect(lines[0]).toMatchObject({ name: 'sill', in: 2, out: 1 });
  expect(lines[0]!.points.at(-1)).toEqual([4, 3]);
});

it('a tracker that was started again loses no count', () => {
  const { lines } = countsOf(answer(['crossings', 'sill in', [7, 9, null, 1, 3]]), names);
  expect(lines[0]!.in).toBe(5);
});

it('a line nobody has crossed has 0', () => {
  expect(countsOf(answer(), names).lines[0]).toMatchObject({ in: 0, out: 0 });
});
