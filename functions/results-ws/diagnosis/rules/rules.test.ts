import { type Cause, cause } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { first, judge } from '../../testing/rules.ts';
import { many, NOW, outcome, snapshotOf } from '../../testing/snapshot.ts';
import { explains } from './explain.ts';
import { RULES } from './rules.ts';

describe('all is well', () => {
  it('where frames come and are detected', () => {
    expect(judge(snapshotOf())).toEqual([]);
  });

  it('where a few frames are slow, late or bad, and where nobody sends', () => {
    const some = [...many({}, 40), ...many({ queue: 900 }, 8), outcome('expired'), outcome('rejected')];
    expect(judge(snapshotOf({ records: some }))).toEqual([]);
    expect(judge(snapshotOf({ records: [], cameras: [], detectedAgo: 500, endedAgo: 500 }))).toEqual([]);
    // a burst that was shed within a second
    const burst = Array.from({ length: 30 }, () => outcome('shed', { timestamp: NOW - 2 }));
    expect(judge(snapshotOf({ records: [...many({}, 40), ...burst] }))).toEqual([]);
  });

  it('where detection waits for a CPU and nobody is the worse for it', () => {
    expect(judge(snapshotOf({ records: many({ detect: 40, cpu: 15, run_queue: 28 }) }))).toEqual([]);
    expect(judge(snapshotOf({ records: many({ cpu_pressure: 0.95, io_pressure: 0.6 }) }))).toEqual([]);
  });

  it('where so few frames came that no mean of theirs is worth a word', () => {
    const few = { detect: 6, cpu: 4.8, run_queue: 2.1, cpu_pressure: 0.9, memory_pressure: 0.4 };
    expect(judge(snapshotOf({ records: many(few, 4) }))).toEqual([]);
  });

  it('where replicas have enough to do, and frames do not wait', () => {
    expect(judge(snapshotOf({ records: many({ detect: 140 }) }))).toEqual([]);
  });
});

describe('the rest', () => {
  it('frames that are given up', () => {
    const why = { reason_code: 'function_error', http_status: 500, function_code: 'worker_died' } as const;
    const bad = Array.from({ length: 10 }, () => outcome('expired', why));
    expect(first({ records: [...many({}, 30), ...bad] })).toMatchObject({
      cause: 'failing',
      message: 'Detection by detect-faces fails for 25 % of the frames: it answers 500 (worker_died).',
    });
  });

  it('frames without an outcome, while that is news', () => {
    const missing = [1, 2].map((seq) => ({ camera_id: 'door', source: 's', seq, since: NOW - 40 }));
    expect(first({ missing })).toMatchObject({
      cause: 'unaccounted',
      severity: 'critical',
      message: expect.stringMatching(/^2 frames/),
    });
    expect(judge(snapshotOf({ missing: missing.map((one) => ({ ...one, since: NOW - 3_600 })) }))).toEqual([]);
  });

  it('a slow viewer', () => {
    expect(first({ viewers: { count: 3, slow: 1, skipped: 0.8 } })).toMatchObject({
      cause: 'viewer',
      message: '1 of 3 viewers is too slow for the pictures: 80 % are skipped.',
    });
  });

  it('no Prometheus', () => {
    expect(first({ gauges: { problem: 'Prometheus cannot be reached: ECONNREFUSED' } })).toMatchObject({
      cause: 'metrics',
      message: 'No metrics: Prometheus cannot be reached: ECONNREFUSED.',
    });
  });
});

it('every cause has its rule', () => {
  expect(Object.keys(RULES)).toEqual(cause.options);
});

it('nothing explains itself by way of others', () => {
  for (const stretch of [1, 5, 20])
    for (const first of cause.options) {
      const seen = new Set<Cause>();
      const follow = (name: Cause) => {
        for (const next of cause.options.filter((other) => explains(name, { cause: other }, stretch))) {
          expect(next, `${first} explains ${name}`).not.toBe(first);
          if (!seen.has(next)) {
            seen.add(next);
            follow(next);
          }
        }
      };
      follow(first);
    }
});
