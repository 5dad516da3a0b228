import { describe, expect, it } from 'vitest';
import { createQueueDelayEstimator } from './queue-delay.ts';
import { createSheddingController } from './shedding-controller.ts';
import { createAdmissionControl } from './stale-frames.ts';

const INTERVAL_MS = 200;
const LIFE_MS = 2_000;

interface Load {
  /** Live frames a second from sources, before any is shed. */
  rate(t: number): number;
  /** Frames a second that can be detected. */
  capacity(t: number): number;
  forMs: number;
  /** Frames that may be under way at once. */
  concurrency?: number;
  /** From a notice until the sources follow it, milliseconds. */
  lag?: number;
  /** By how much the sources' clocks are behind, milliseconds. */
  skew?: number;
}

/** Sources that follow the notices, a queue and a function, in steps of a millisecond; the second half of it counts. */
function run({ rate, capacity, forMs, concurrency = 4, lag = 20, skew = 0 }: Load) {
  let now = 0;
  const admission = createAdmissionControl(() => now);
  const controller = createSheddingController(INTERVAL_MS);
  const delays = createQueueDelayEstimator();
  const notices: { at: number; share: number }[] = [];
  const queue: number[] = [];
  const freeAt = Array.from({ length: concurrency }, () => 0);
  const seen = { ages: [] as number[], shares: [] as number[], detected: 0, shed: 0, stale: 0, possible: 0 };
  let [share, credit, due, random] = [0, 0, 0, 1];
  for (; now < forMs; now++) {
    const counts = now >= forMs / 2;
    if (notices[0] && notices[0].at <= now) share = notices.shift()!.share;
    for (due += rate(now) / 1000; due >= 1; due--) {
      credit += 1 - share;
      if (credit >= 1) queue.push(now);
      else if (counts) seen.shed++;
      credit %= 1;
    }
    for (const [i, free] of freeAt.entries()) {
      for (; freeAt[i]! <= now && queue.length > 0; ) {
        const published = queue.shift()!;
        const waited = delays.estimate('camera', now - published + 1 + skew, now - free);
        controller.observe(waited, LIFE_MS);
        if (!admission.admits(waited, LIFE_MS, freeAt.every((at) => at <= now) ? now - Math.max(...freeAt) : 0)) {
          if (counts) seen.stale++;
          continue;
        }
        random = (random * 48271) % 2147483647;
        freeAt[i] = now + (concurrency * 1000 * (0.7 + (0.6 * random) / 2147483647)) / capacity(now);
        if (counts) seen.ages.push(freeAt[i]! - published);
        if (counts) seen.detected++;
      }
    }
    if (now % INTERVAL_MS === 0) {
      const asked = controller.step({ overloaded: admission.overloaded, busy: freeAt.every((at) => at > now) });
      notices.push({ at: now + lag, share: asked });
      if (counts) seen.shares.push(asked);
    }
    if (counts) seen.possible += Math.min(rate(now), capacity(now)) / 1000;
  }
  const ages = seen.ages.sort((a, b) => a - b);
  return {
    ...seen,
    p99: ages[Math.floor(0.99 * ages.length)]!,
    used: seen.detected / seen.possible,
    swing: Math.max(...seen.shares) - Math.min(...seen.shares),
  };
}

const always = (n: number) => () => n;

describe('while more frames come than can be detected', () => {
  it.each([
    ['a tenth more', 150],
    ['twice as many', 272],
    ['five times as many', 680],
    ['twenty times as many', 2_720],
  ])('%s: sources shed what is too much, the function is never idle, and the rest is fresh', (_, rate) => {
    const { used, p99, stale, shed, swing } = run({ rate: always(rate), capacity: always(136), forMs: 40_000 });
    expect(used).toBeGreaterThan(0.98);
    expect(p99).toBeLessThan(130); // of which 30 are the function's own
    expect(stale / (stale + shed)).toBeLessThan(0.02);
    expect(swing).toBeLessThan(0.25);
  });

  it('also where the notices take a while', () => {
    const { used, p99 } = run({ rate: always(272), capacity: always(136), forMs: 40_000, lag: 200 });
    expect(used).toBeGreaterThan(0.95);
    expect(p99).toBeLessThan(150);
  });

  it.each([20, 5])('also with a function that takes %s frames a second', (capacity) => {
    const { used } = run({ rate: always(2 * capacity), capacity: always(capacity), forMs: 120_000 });
    expect(used).toBeGreaterThan(0.9);
  });

  it('follows the number of replicas', () => {
    const replicas = (t: number) => (t < 20_000 ? 136 : 250);
    const { used, p99 } = run({ rate: always(272), capacity: replicas, forMs: 40_000 });
    expect(used).toBeGreaterThan(0.9);
    expect(p99).toBeLessThan(130);
  });
});

it('is over soon after the load is', () => {
  const { shares } = run({ rate: (t) => (t < 10_000 ? 272 : 100), capacity: always(136), forMs: 20_000 });
  const over = shares.indexOf(0);
  expect(over * INTERVAL_MS).toBeLessThan(5_000);
  expect(shares.slice(over).every((share) => share === 0)).toBe(true);
});

it('asks for nothing while all can be detected, nor at a burst that passes', () => {
  const burst = (t: number) => (t % 5_000 < 100 ? 400 : 60);
  for (const rate of [always(10), always(130), burst]) {
    const { shares, shed, stale } = run({ rate, capacity: always(136), forMs: 40_000 });
    expect(Math.max(...shares)).toBe(0);
    expect(shed + stale).toBe(0);
  }
});

it.each([-5_000, -30, 30, 5_000])('clocks that differ by %s ms change next to nothing', (skew) => {
  for (const rate of [always(20), always(100), always(125)]) {
    const { shed, stale } = run({ rate, capacity: always(136), forMs: 40_000, skew });
    expect(shed + stale).toBeLessThanOrEqual(skew < 1_000 ? 0 : 50); // near its limit it takes a moment to find out
  }
  const rate = (t: number) => (t < 3_000 ? 100 : 272);
  const { used, p99 } = run({ rate, capacity: always(136), forMs: 40_000, skew });
  expect(used).toBeGreaterThan(0.95);
  expect(p99).toBeLessThan(150);
});
