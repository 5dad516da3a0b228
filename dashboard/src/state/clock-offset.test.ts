import { describe, expect, it } from 'vitest';
import { ClockOffset } from './clock-offset.ts';

describe('the clock offset', () => {
  it('is 0 until something is known', () => {
    expect(new ClockOffset().offset).toBe(0);
  });

  it('lies where all pings allow it: the shortest delay counts', () => {
    const clock = new ClockOffset();
    // The server is 5000 ahead. There in 10 and back in 10; there in 300 and back in 10.
    clock.pong(1000, 6010, 1020);
    clock.pong(2000, 7300, 2310);
    expect(clock.offset).toBe(5000);
  });

  it('is better by two slow pings of which each had one fast direction', () => {
    const clock = new ClockOffset();
    // There in 2 and back in 400; there in 400 and back in 2.
    clock.pong(1000, 6002, 1402);
    clock.pong(2000, 7400, 2402);
    expect(clock.offset).toBe(5000);
  });

  it('is never so low that a result would have arrived before it was sent', () => {
    const clock = new ClockOffset();
    // There in 10 and back in 1990: by this alone 4010.
    clock.pong(1000, 6010, 3000);
    expect(clock.offset).toBe(4010);
    clock.result(9000, 4020);
    expect(clock.offset).toBe((4980 + 5010) / 2);
  });

  it('follows a clock that is set at once', () => {
    const clock = new ClockOffset();
    clock.pong(1000, 6010, 1020);
    clock.pong(2000, 1510, 2020);
    expect(clock.offset).toBe(-500);
  });

  it('takes no pong that came before its ping', () => {
    const clock = new ClockOffset();
    clock.pong(2000, 7000, 1000);
    expect(clock.offset).toBe(0);
  });

  it('forgets, so that a clock that is set is followed', () => {
    const clock = new ClockOffset();
    clock.pong(0, 5001, 2);
    for (let i = 0; i < 24; i++) clock.pong(1000 * i, 1000 * i - 200 + 10, 1000 * i + 20);
    expect(clock.offset).toBe(-200);
  });

  it('is by the fastest result where nothing can be sent, until a pong comes', () => {
    const clock = new ClockOffset();
    clock.result(6000, 1040);
    clock.result(7000, 2010);
    clock.result(8000, 3500);
    expect(clock.offset).toBe(4990);
    clock.pong(4000, 9010, 4020);
    expect(clock.offset).toBe(5000);
  });

  it('keeps to the fastest result of the last minute when all are late', () => {
    const clock = new ClockOffset();
    clock.result(6000, 1010);
    for (let i = 1; i < 600; i++) clock.result(6000 + 100 * i, 1010 + 100 * i + 20_000);
    expect(clock.offset).toBe(4990);
    for (let i = 0; i < 1500; i++) clock.result(70_000 + 100 * i, 85_000 + 100 * i);
    expect(clock.offset).toBe(-15_000);
  });
});
