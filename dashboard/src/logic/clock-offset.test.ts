import { describe, expect, it } from 'vitest';
import { ClockOffset } from './clock-offset.ts';

describe('the clock offset', () => {
  it('is 0 until something is known', () => {
    expect(new ClockOffset().offset).toBe(0);
  });

  it('is by the ping with the shortest way', () => {
    const clock = new ClockOffset();
    // The server is 5000 ahead. There in 10 and back in 10; there in 300 and back in 10.
    clock.pong(1000, 6010, 1020);
    clock.pong(2000, 7300, 2310);
    expect(clock.offset).toBe(5000);
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

  it('is by the fastest push where nothing can be sent, until a pong comes', () => {
    const clock = new ClockOffset();
    clock.pushed(6000, 1040);
    clock.pushed(7000, 2010);
    clock.pushed(8000, 3500);
    expect(clock.offset).toBe(4990);
    clock.pong(4000, 9010, 4020);
    clock.pushed(9999, 1);
    expect(clock.offset).toBe(5000);
  });
});
