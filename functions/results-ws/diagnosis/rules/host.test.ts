import type { Cause } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { causes, first, judge } from '../../testing/rules.ts';
import { type Case, many, NOW, outcome, snapshotOf } from '../../testing/snapshot.ts';

describe('a resource that is short', () => {
  it.each<[Cause, Case, RegExp]>([
    [
      'cpu',
      { detect: 300, cpu: 100, run_queue: 200 },
      /^Not enough CPU: detection spends 66 % of its time waiting for a CPU on one\./,
    ],
    ['cpu', { detect: 200, cpu: 150, run_queue: 50, cpu_pressure: 0.9 }, /25 % of its time/],
    ['cpu', { detect: 6, cpu: 4.8, run_queue: 2.1, cpu_pressure: 0.8 }, /^Not enough CPU: detection spends/],
    ['memory', { detect: 8, cpu: 5.5, memory_pressure: 0.2 }, /stand still for it 20 % of the time/],
    ['memory', { detect: 300, cpu: 50, run_queue: 10, major_faults: 40 }, /one fetches 40 pages from disk/],
    ['memory', { detect: 300, cpu: 290, memory_pressure: 0.4 }, /stand still for it 40 % of the time/],
    ['io', { detect: 300, cpu: 50, run_queue: 10 }, /stands still 80 % of its time/],
    ['io', { queue: 300, io_pressure: 0.5 }, /^Disk is slow: .* 50 % of the time\.$/],
  ])('%s: %j', (cause, some, words) => {
    const found = first({ records: many(some) })!;
    expect(found).toMatchObject({ cause, severity: 'warning', node_id: 'one', message: expect.stringMatching(words) });
    expect(found.evidence.length).toBeGreaterThan(1);
    const beyond = found.evidence.filter(({ value, limit }) => limit !== undefined && value >= limit);
    expect(beyond.length).toBeGreaterThan(0);
  });

  it('is the CPU, well before frames are late, where detectors hardly do anything but wait for one', () => {
    expect(causes(judge(snapshotOf({ records: many({ detect: 60, cpu: 10, run_queue: 52 }) })))).toEqual(['cpu']);
    expect(judge(snapshotOf({ records: many({ detect: 30, cpu: 5, run_queue: 28 }) }))).toEqual([]);
  });

  it('is not the CPU where a frame spends its time elsewhere', () => {
    const records = many({ gateway: 500, detect: 100, cpu: 40, run_queue: 60 });
    expect(causes(judge(snapshotOf({ records })))).toEqual(['gateway']);
  });

  it('is the CPU of the machine here where hardly a frame gets through that could tell', () => {
    const host = { pressure: { cpu: 0.97 }, stretch: 12 };
    expect(judge(snapshotOf({ records: [], detectedAgo: 9, host }))).toEqual([
      expect.objectContaining({ cause: 'cpu', message: expect.stringContaining('12 times as long') }),
    ]);
  });

  it('names the replica that has least of it', () => {
    const records = [
      ...many({ node_id: 'a', detect: 200 }, 20),
      ...many({ node_id: 'b', detect: 400, cpu: 40, run_queue: 360 }, 20),
    ];
    expect(first({ records })).toMatchObject({
      cause: 'cpu',
      node_id: 'b',
      message: expect.stringContaining('on 1 of 2 replicas, most on b'),
    });
  });

  it('is not memory for the first frames of a replica that has just come', () => {
    const records = [...many({ detect: 200 }, 40), ...many({ detect: 200, major_faults: 300 }, 2)];
    expect(causes(judge(snapshotOf({ records })))).not.toContain('memory');
  });
});

describe('what is slow otherwise', () => {
  it.each<[Cause, Case, Parameters<typeof snapshotOf>[0], RegExp]>([
    [
      'replicas',
      { queue: 300, wait: 100, detect: 140 },
      {},
      /^Not enough replicas of detect-faces: frames wait 7\d % of their time for the only one, which is busy 95 %/,
    ],
    ['detector', { detect: 400 }, {}, /^The detector of detect-faces is heavy: 403 ms for a frame/],
    ['gateway', { gateway: 400 }, {}, /^The hop through the gateway takes 400 ms/],
    [
      'broker-slow',
      { queue: 400 },
      {},
      /^The broker is slow: a frame takes 400 ms through its queue, though replicas are free\.$/,
    ],
    ['broker-slow', {}, { broker: { answer: 240 } }, /^The broker is slow: it takes 240 ms to answer\.$/],
    ['broker-slow', { publish: 300 }, { gauges: { confirm: 0.4 } }, /it takes 400 ms to confirm/],
    ['producer', { publish: 400 }, {}, /^Producers take 400 ms/],
  ])('%s: %j %j', (cause, some, more, words) => {
    const found = first({ records: many(some), ...more });
    expect(found).toMatchObject({ cause, message: expect.stringMatching(words) });
  });

  it('is the hop, not the replicas, where frames wait for those that are on their way', () => {
    expect(causes(judge(snapshotOf({ records: many({ gateway: 500, hold: 200, queue: 100 }) })))).toEqual(['gateway']);
  });

  it('is too few replicas where frames are dropped all the time', () => {
    const shed = [0, 1, 2, 3, 4, 5].map((n) => outcome('shed', { timestamp: NOW - n - 0.5, shed: [[1, 10]] }));
    const found = first({ records: [...many({ wait: 50, detect: 90 }, 60), ...shed] });
    expect(found).toMatchObject({ cause: 'replicas', message: expect.stringContaining('11 frames/s are dropped') });
  });

  it('is no lack of replicas where there is not enough CPU: they would not help', () => {
    const records = many({ detect: 300, cpu: 100, run_queue: 200, queue: 400 });
    const found = judge(snapshotOf({ records }));
    expect(causes(found)).toEqual(['cpu']);
    expect(found[0]!.advice).toMatch(/^More replicas on that machine will not help/);
  });
});
