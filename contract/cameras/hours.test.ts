import { expect, it } from 'vitest';
import { hours, isWithin } from './hours.ts';

/** 2026-03-02 is a Monday. */
const monday = (time: string) => new Date(`2026-03-02T${time}:00`);
const tuesday = (time: string) => new Date(`2026-03-03T${time}:00`);

it('a span holds from its first minute until before its last', () => {
  const office = [{ from: '08:00', to: '18:00' }];
  expect(['07:59', '08:00', '17:59', '18:00'].map((time) => isWithin(office, monday(time)))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

it('a night goes on after midnight, and belongs to the day on which it began', () => {
  const night = hours.parse([{ days: ['mon'], from: '22:00', to: '06:00' }]);
  expect(isWithin(night, monday('23:00'))).toBe(true);
  expect(isWithin(night, tuesday('05:59'))).toBe(true);
  expect(isWithin(night, monday('05:00'))).toBe(false);
  expect(isWithin(night, tuesday('22:00'))).toBe(false);
});

it('a day ends at 24:00', () => {
  expect(isWithin([{ from: '00:00', to: '24:00' }], monday('23:59'))).toBe(true);
  expect(hours.safeParse([{ from: '24:01', to: '25:00' }]).success).toBe(false);
});
