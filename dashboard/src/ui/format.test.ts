import { describe, expect, it } from 'vitest';
import { NOW } from '../testing/facts.ts';
import { age, ago, count, duration, fine, list, percent, percentBelow, rate, sentence, timeOfDay } from './format.ts';

describe('numbers and times', () => {
  it.each([
    [-5, '0 ms'],
    [84.4, '84 ms'],
    [999, '999 ms'],
    [3210, '3.2 s'],
    [59_900, '59 s'],
    [61_000, '1 min'],
    [7_300_000, '2 h'],
    [200_000_000, '2 d'],
  ])('a span of %d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('how long ago is in whole units', () => {
    expect([ago(400), ago(1900), ago(12_300)]).toEqual(['just now', '1 s ago', '12 s ago']);
  });

  it('an age below 0 says that a clock is ahead, unless it is little', () => {
    expect([age(-40), age(-900)]).toEqual(['0 ms', 'clock ahead']);
  });

  it('a time of another day bears its date', () => {
    expect(timeOfDay(NOW - 3_600_000, NOW)).toBe('11:00');
    expect(timeOfDay(NOW, NOW, true)).toBe('12:00:00');
    expect(timeOfDay(NOW - 86_400_000, NOW)).toBe('13 Mar, 12:00');
  });

  it('a rate has the digits it deserves', () => {
    expect([0, 0.451, 0.996, 9.84, 9.96, 96.2].map(rate)).toEqual(['0', '0.45', '1.0', '9.8', '10', '96']);
  });

  it('a share is all or nothing only where it is so', () => {
    expect([0, 0.0004, 0.004, 0.4, 0.966, 0.9962, 0.99997, 1].map(percent)).toEqual([
      '0 %',
      'under 0.1 %',
      '0.4 %',
      '40 %',
      '97 %',
      '99.6 %',
      '99.9 %',
      '100 %',
    ]);
  });

  it('a stage has a tenth of a millisecond where that is to be seen', () => {
    expect([0.04, 12.31, 1204.4].map(fine)).toEqual(['0.0 ms', '12.3 ms', '1,204 ms']);
  });

  it('one is one', () => {
    expect([count(0, 'frame'), count(1, 'frame'), count(12_345, 'frame')]).toEqual([
      '0 frames',
      '1 frame',
      '12,345 frames',
    ]);
  });

  it('a list stays short', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']].map((names) => list(names))).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
      'a, b and 2 more',
    ]);
  });

  it('a message becomes one sentence with one full stop', () => {
    expect([sentence('it is closed'), sentence('It is closed.')]).toEqual(['It is closed.', 'It is closed.']);
  });
});

it('a share under its objective never rounds up to it', () => {
  expect([0.986, 0.9899, 0.71, 0.98999999, 0.997].map((share) => percentBelow(share, 0.99))).toEqual([
    '98.6 %',
    '98.99 %',
    '71 %',
    'under 99 %',
    '99.7 %',
  ]);
});
