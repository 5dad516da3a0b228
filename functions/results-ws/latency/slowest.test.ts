import { describe, expect, it } from 'vitest';
import { frame, NOW, outcome } from '../testing/snapshot.ts';
import { createSlowest } from './slowest.ts';

function setUp() {
  let now = NOW;
  const slowest = createSlowest(() => now * 1000);
  return {
    slowest,
    pass(seconds: number) {
      now += seconds;
    },
    /** A frame of now, so many milliseconds old at its outcome. */
    add(age: number, camera_id = 'door') {
      const record = frame({ detect: age }, { camera_id, timestamp: now });
      slowest.add(record);
      return record;
    },
  };
}

const detects = (records: { stages: { detect?: number } }[]) => records.map(({ stages }) => stages.detect);

describe('the slowest frames', () => {
  it('come first, of all cameras or of one', () => {
    const { slowest, add } = setUp();
    for (const age of [30, 500, 80, 200]) add(age);
    for (const age of [90, 300]) add(age, 'yard');
    expect(detects(slowest.list(3))).toEqual([500, 300, 200]);
    expect(detects(slowest.list(9, ({ camera_id }) => camera_id === 'yard'))).toEqual([300, 90]);
  });

  it('are kept of each minute, when quicker and slower ones have come since, and go after a quarter of an hour', () => {
    const { slowest, add, pass } = setUp();
    const first = add(400);
    for (let minute = 0; minute < 14; minute++) {
      pass(60);
      for (let n = 0; n < 1_000; n++) add(500 + n);
    }
    expect(slowest.find(first.frame_id)).toEqual(first);
    expect(detects(slowest.list(10_000))).toContain(400);
    pass(120);
    expect(detects(slowest.list(10_000))).not.toContain(400);
  });

  it('cost no more, however many come', () => {
    const { slowest, add } = setUp();
    for (let n = 0; n < 5_000; n++) add(n % 977, `camera-${n % 500}`);
    expect(slowest.list(100_000).length).toBeLessThanOrEqual(50 + 200 * 5);
    expect(detects(slowest.list(2))).toEqual([976, 976]);
  });

  it('of a quiet camera are kept beside those of a slow one', () => {
    const { slowest, add } = setUp();
    for (let n = 0; n < 200; n++) add(900 + n);
    add(40, 'yard');
    expect(detects(slowest.list(9, ({ camera_id }) => camera_id === 'yard'))).toEqual([40]);
  });

  it('are frames that were detected: one that expired is as old as its deadline, and tells nothing of the way', () => {
    const { slowest } = setUp();
    slowest.add(outcome('expired', { timestamp: NOW }));
    expect(slowest.list(9)).toEqual([]);
  });
});
