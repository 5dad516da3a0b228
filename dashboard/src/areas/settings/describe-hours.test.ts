import { expect, it } from 'vitest';
import { describeDays, describeHours, isOvernight } from './describe-hours.ts';

it('says hours as a person does', () => {
  expect(describeHours([{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '18:00', to: '06:00' }])).toBe(
    'Mon to Fri 18:00 to 06:00',
  );
  expect(
    describeHours([
      { from: '08:00', to: '12:00' },
      { days: ['sat', 'sun'], from: '00:00', to: '24:00' },
    ]),
  ).toBe('every day 08:00 to 12:00, Sat and Sun 00:00 to 24:00');
  expect(describeHours(undefined)).toBe('always');
});

it('says days in the order of the week, and runs of three or more from the first to the last', () => {
  expect(describeDays(['fri', 'mon', 'wed'])).toBe('Mon, Wed and Fri');
  expect(describeDays(['mon', 'tue', 'wed', 'sun'])).toBe('Mon to Wed and Sun');
  expect(describeDays(['thu'])).toBe('Thu');
  expect(describeDays(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).toBe('every day');
});

it('a span that ends before it begins goes on after midnight', () => {
  expect(isOvernight({ from: '18:00', to: '06:00' })).toBe(true);
  expect(isOvernight({ from: '08:00', to: '24:00' })).toBe(false);
});
