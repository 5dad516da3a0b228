import type { Sighting } from '@framewire/contract';
import { expect, it } from 'vitest';
import { byDay } from './groups.ts';

const at = (text: string) => ({ id: text, begin: new Date(text).getTime() / 1000 }) as Sighting;

it('puts sightings of a day and an hour together, in their order', () => {
  const days = byDay(
    ['2026-11-30T14:50', '2026-11-30T14:10', '2026-11-30T09:05', '2026-11-29T14:00', '2026-11-23T14:00'].map(at),
    new Date('2026-11-30T15:00').getTime(),
  );
  expect(
    days.map(({ title, hours }) => [title, ...hours.map((hour) => `${hour.title} ${hour.sightings.length}`)]),
  ).toEqual([
    ['Today', '14:00 2', '09:00 1'],
    ['Yesterday', '14:00 1'],
    ['Monday 23 November', '14:00 1'],
  ]);
  expect(byDay([], 0)).toEqual([]);
});
