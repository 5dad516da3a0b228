import type { ResultRecord, Stages } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { createWay, wayOf } from './way.ts';

const T = 1_700_000_000_000;

interface Case {
  publish?: number;
  queue?: number;
  hold?: number;
  gateway?: number;
  wait?: number;
  decode?: number;
  detect?: number;
  result?: number;
  cpu?: number;
  run_queue?: number;
  major_faults?: number;
  node_id?: string;
}

/** A frame that was well, but for what is said. */
function frame(some: Case = {}, more: Partial<ResultRecord> = {}): ResultRecord {
  const { publish = 1, queue = 2, hold = 0, gateway = 3, wait = 1, decode = 3, detect = 20, result = 1 } = some;
  const published_at = T + publish;
  const received_at = published_at + queue;
  const invoked_at = received_at + hold;
  const answered_at = invoked_at + gateway + wait + decode + detect;
  const { cpu = decode + detect, run_queue = 0, major_faults = 0 } = some;
  const times = { captured_at: T, published_at, received_at, invoked_at, answered_at };
  const stages: Stages = { ...times, wait, decode, detect, cpu, run_queue, major_faults };
  const told = { timestamp: (answered_at + result) / 1000, original_timestamp: T / 1000 };
  return { outcome: 'detected', node_id: some.node_id ?? 'one', stages, ...told, ...more } as ResultRecord;
}

function answerOf(records: ResultRecord[]) {
  const way = createWay(() => T + 5_000);
  for (const record of records) way.add(record);
  return way.answer();
}

const many = (some: Case, n = 20) => Array.from({ length: n }, () => frame(some));

describe('the way of a frame', () => {
  it('is made of stages that add up to its age', () => {
    const record = frame({ publish: 4, queue: 50, hold: 7, gateway: 5, wait: 6, decode: 3, detect: 21, result: 2 });
    const stages = wayOf(record)!;
    const sum = Object.values(stages).reduce((total, ms) => total + ms, 0);
    expect(sum).toBeCloseTo(98, 3);
    expect(stages).toMatchObject({ publish: 4, queue: 50, hold: 7, wait: 6, decode: 3, detect: 21 });
    expect(answerOf([record])).toMatchObject({ frames: 1, lost: 0, age: { mean: expect.closeTo(98, 3) } });
  });

  it('is told by replica, and of the last seconds alone', () => {
    const old = frame({}, { timestamp: T / 1000 - 20 });
    const answer = answerOf([
      old,
      ...many({ node_id: 'a' }, 30),
      ...many({ node_id: 'b', cpu: 11, run_queue: 10 }, 10),
    ]);
    expect(answer.frames).toBe(40);
    expect(answer.replicas).toEqual([
      expect.objectContaining({ node_id: 'a', rate: 3, work: 23, cpu: 23, run_queue: 0, blocked: 0 }),
      expect.objectContaining({ node_id: 'b', rate: 1, work: 23, cpu: 11, run_queue: 10, blocked: 2 }),
    ]);
  });

  it('counts what was let go with it', () => {
    const shed = frame({}, { shed: [[1, 8]] });
    const late = frame({}, { outcome: 'expired' });
    expect(answerOf([shed, late]).lost).toBeCloseTo(0.9, 5);
  });
});

describe('the diagnosis', () => {
  it('is none while all is well, or too little is known', () => {
    expect(answerOf(many({})).diagnosis).toBeUndefined();
    expect(answerOf(many({ detect: 900 }, 3)).diagnosis).toBeUndefined();
    expect(answerOf([]).diagnosis).toBeUndefined();
  });

  it.each<[string, Case, RegExp]>([
    ['cpu', { detect: 300, cpu: 100, run_queue: 200 }, /^CPU is short: detection waits for a CPU 66 % .* at one\./],
    ['memory', { detect: 300, cpu: 50, run_queue: 10, major_faults: 40 }, /one fetches 40 pages from disk/],
    ['io', { detect: 300, cpu: 50, run_queue: 10 }, /stands still 80 % of its time/],
    ['replicas', { queue: 400 }, /^Replicas are too few: frames wait 9\d % of their time for one of 1\./],
    ['replicas', { hold: 300, wait: 150 }, /^Replicas are too few/],
    ['detector', { detect: 400 }, /^The detector is heavy: 403 ms for a frame, 9\d %/],
    ['gateway', { gateway: 400 }, /^The way through the gateway takes 400 ms/],
    ['broker', { result: 400 }, /400 ms to tell an outcome/],
    ['producer', { publish: 400 }, /^Producers take 400 ms/],
  ])('names %s where it is %j', (cause, some, words) => {
    const { diagnosis } = answerOf(many(some));
    expect(diagnosis?.cause).toBe(cause);
    expect(diagnosis?.words).toMatch(words);
    expect(diagnosis?.advice).not.toBe('');
  });

  it('is asked for by losses too', () => {
    const losing = [...many({ queue: 90 }), frame({}, { shed: [[1, 50]] })];
    expect(answerOf(losing).diagnosis?.cause).toBe('replicas');
  });
});
