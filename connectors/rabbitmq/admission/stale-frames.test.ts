import { describe, expect, it } from 'vitest';
import { createAdmissionControl } from './stale-frames.ts';

/** A queue and a function that takes one frame at a time, in steps of a millisecond. @returns ages at the end, and how many were dropped. */
function run({ every, takes, forMs, skew = 0 }: { every: number; takes: number; forMs: number; skew?: number }) {
  let now = 0;
  const admission = createAdmissionControl(() => now);
  const queue: number[] = [];
  const ages: number[] = [];
  let freeAt = 0;
  let dropped = 0;
  for (; now < forMs; now++) {
    if (now % every === 0) queue.push(now);
    while (freeAt <= now && queue.length > 0) {
      const published = queue.shift()!;
      if (admission.admits(now - published + skew, LIFE, now - freeAt)) {
        freeAt = now + takes;
        ages.push(freeAt - published);
      } else dropped++;
    }
  }
  return { ages, dropped };
}

/** Of a frame of a camera, milliseconds; it may wait a twentieth. */
const LIFE = 2_000;
const TARGET_MS = 100;

describe('while more frames come than can be detected', () => {
  it('those that are detected are fresh, and the function is never idle', () => {
    const { ages, dropped } = run({ every: 10, takes: 20, forMs: 20_000 });
    const settled = ages.slice(ages.length / 2);
    expect(Math.max(...settled)).toBeLessThanOrEqual(TARGET_MS + 20);
    expect(ages.length).toBeGreaterThan(990);
    expect(dropped).toBeGreaterThan(900);
  });

  it('also with a detector that takes longer than they may wait', () => {
    const { ages } = run({ every: 50, takes: 160, forMs: 20_000 });
    expect(Math.max(...ages.slice(ages.length / 2))).toBeLessThanOrEqual(TARGET_MS + 160);
    expect(ages.length).toBeGreaterThan(120);
  });
});

it('no frame is dropped while all can be detected', () => {
  expect(run({ every: 20, takes: 20, forMs: 20_000 }).dropped).toBe(0);
});

it('a burst costs none', () => {
  let now = 0;
  const admission = createAdmissionControl(() => now);
  for (let n = 0; n < 20; n++) {
    expect(admission.admits(n * 20, LIFE, 0)).toBe(true);
    now += 20;
  }
});

it('clocks that differ cost none while the function is idle now and then, and few while it never is', () => {
  expect(run({ every: 100, takes: 20, forMs: 20_000, skew: 5_000 }).dropped).toBe(0);
  const { ages, dropped } = run({ every: 25, takes: 20, forMs: 20_000, skew: 5_000 });
  expect(dropped / (ages.length + dropped)).toBeLessThan(0.15);
});

it('a frame may wait the longer the longer it is worth something, and one without a deadline for ever', () => {
  let now = 0;
  const admission = createAdmissionControl(() => now);
  now = 10_000;
  expect(admission.admits(400, LIFE, 0)).toBe(false);
  expect(admission.admits(400, 10_000, 0)).toBe(true);
  expect(admission.admits(9_000, Number.POSITIVE_INFINITY, 0)).toBe(true);
});
