import type { CameraRecord, ResultRecord } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { createFrameRateBaselines } from './frame-rate-baseline.ts';

function setUp() {
  let now = 1_700_000_000_000;
  const baselines = createFrameRateBaselines(() => now);
  const source = (more: Partial<CameraRecord> = {}) =>
    baselines.camera({ camera_id: 'door', state: 'online', fps: 10, since: 0, timestamp: 0, restarts: 0, ...more });
  return {
    baselines,
    source,
    of: () => baselines.all().get('door')!,
    /** So many seconds in which so many frames come, and some numbers are reported as shed. */
    pass(seconds: number, frames: number, { shed = 0, still = 0, listening = true } = {}) {
      for (let n = 0; n < seconds; n++) {
        now += 1_000;
        for (let i = 0; i < frames; i++) baselines.result({ camera_id: 'door' } as ResultRecord);
        if (shed > 0) baselines.result({ camera_id: 'door', shed: [[1, shed - 1]] } as unknown as ResultRecord);
        if (still > 0) baselines.result({ camera_id: 'door', still: [[1, still - 1]] } as unknown as ResultRecord);
        baselines.tick(listening);
      }
    },
  };
}

describe('the frame-rate baseline of a camera', () => {
  it('is known once it has sent for a while, and what it sends at present soon', () => {
    const { source, of, pass } = setUp();
    source();
    pass(10, 8);
    expect([of().current, of().expected]).toEqual([8, undefined]);
    pass(290, 8);
    expect(of().expected).toBeCloseTo(8, 5);
    pass(6, 2);
    expect(of().current).toBeLessThan(0.45 * 8);
    expect(of().expected).toBeGreaterThan(7.5);
    pass(3, 0);
    expect(of().silent).toBe(3);
  });

  it('counts what its source shed: overload makes no camera slow', () => {
    const { source, of, pass } = setUp();
    source();
    pass(60, 10);
    pass(20, 1, { shed: 9 });
    expect(of().current).toBeCloseTo(10, 1);
  });

  it('counts what is still: a camera that sees nothing move is neither slow nor silent', () => {
    const { source, of, pass } = setUp();
    source();
    pass(60, 10);
    pass(20, 0, { still: 10 });
    expect(of().current).toBeCloseTo(10, 1);
    expect(of().silent).toBe(0);
  });

  it('does not pass while nothing can be heard of it, or it is offline', () => {
    const { source, of, pass } = setUp();
    source();
    pass(60, 10);
    pass(40, 0, { listening: false });
    expect(of()).toEqual({ current: 10, expected: 10, silent: 0 });
    source({ state: 'offline' });
    pass(40, 0);
    source();
    expect(of()).toMatchObject({ current: 10, expected: 10, silent: 0 });
  });

  it('starts over at another rate, and ends with the camera', () => {
    const { source, of, pass } = setUp();
    source();
    pass(60, 10);
    source({ fps: 2 });
    pass(5, 2);
    expect([of().current, of().expected]).toEqual([2, undefined]);
    source({ state: 'removed' });
    expect(of()).toBeUndefined();
  });
});
