import type { ResultRecord, Stages } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { createStageTimings, stagesOf } from './stages.ts';

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
  const timestamps = { timestamp: (answered_at + result) / 1000, original_timestamp: T / 1000 };
  return { outcome: 'detected', node_id: some.node_id ?? 'one', stages, ...timestamps, ...more } as ResultRecord;
}

function answerOf(records: ResultRecord[]) {
  const timings = createStageTimings(() => T + 5_000);
  for (const record of records) timings.add(record);
  return timings.answer();
}

const many = (some: Case, n = 20) => Array.from({ length: n }, () => frame(some));

describe('stage timings', () => {
  it('add up to the age of a frame', () => {
    const record = frame({ publish: 4, queue: 50, hold: 7, gateway: 5, wait: 6, decode: 3, detect: 21, result: 2 });
    const stages = stagesOf(record)!;
    const sum = Object.values(stages).reduce((total, ms) => total + ms, 0);
    expect(sum).toBeCloseTo(98, 3);
    expect(stages).toMatchObject({ publish: 4, queue: 50, hold: 7, wait: 6, decode: 3, detect: 21 });
    expect(answerOf([record])).toMatchObject({ frames: 1, dropped: 0, total: { mean: expect.closeTo(98, 3) } });
  });

  it('name what the detector of a replica runs on now', () => {
    const [before, now] = [frame({}, { provider: 'cuda' }), frame({}, { provider: 'cpu', detector: 'yunet_n_320' })];
    expect(answerOf([before, now]).replicas).toMatchObject([{ detector: 'yunet_n_320', provider: 'cpu' }]);
  });

  it('are kept by replica, and of the last seconds alone', () => {
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

  it('have the pressure beside each replica, where that is reported', () => {
    const pressed = (cpu_pressure: number) => {
      const record = frame({ node_id: 'a' });
      return { ...record, stages: { ...record.stages, cpu_pressure } };
    };
    const [a, b] = answerOf([pressed(0.2), pressed(0.6), frame({ node_id: 'b' })]).replicas;
    expect(a!.cpu_pressure).toBeCloseTo(0.4, 5);
    expect([a!.io_pressure, b!.cpu_pressure]).toEqual([undefined, undefined]);
  });

  it('are given to the diagnosis over the last seconds, with the quartile that it goes by', () => {
    const timings = createStageTimings(() => T + 5_000);
    for (const age of [100, 200, 300, 400]) timings.add(frame({ queue: age }));
    timings.add(frame({ queue: 900 }, { timestamp: T / 1000 - 4 }));
    const { latency, records } = timings.over(6);
    expect([latency.window_seconds, latency.frames, records.length]).toEqual([6, 4, 4]);
    expect(latency.total!.p75).toBeCloseTo(329, 0);
    expect(timings.over(10).latency.frames).toBe(5);
  });

  it('are answered to a tenth of a millisecond, rates and ratios to four digits', () => {
    const third = { ...frame({ detect: 20.123456, cpu: 7.77777, run_queue: 1.23456 }), camera_id: 'door' };
    const answer = answerOf([third, frame({ detect: 20.3 }), frame({ detect: 20.1 }, { shed: [[1, 1]] })]);
    const times = ['work', 'cpu', 'run_queue', 'blocked'] as const;
    const shown = [...Object.values(answer.stages!), ...Object.values(answer.total!)];
    for (const ms of [...shown, ...times.map((name) => answer.replicas[0]![name])])
      expect(ms).toBe(Number(ms.toFixed(1)));
    for (const ratio of [answer.fairness!, answer.dropped, ...answer.shares.map(({ offered }) => offered)])
      expect(ratio).toBe(Number(ratio.toFixed(4)));
    expect(answer.total!.mean).toBe(31.2);
  });

  it('count what was shed or expired', () => {
    const shed = frame({}, { shed: [[1, 8]] });
    const late = frame({}, { outcome: 'expired' });
    expect(answerOf([shed, late]).dropped).toBeCloseTo(0.9, 5);
  });

  it('count no still frame as offered or lost', () => {
    const own = { outcome: 'still' as const, still: [[1, 99]] as [number, number][] };
    const quiet = frame({}, { ...own, camera_id: 'yard' });
    const busy = [frame({}, { camera_id: 'door', still: [[1, 8]] }), frame({}, { ...own, camera_id: 'door' })];
    const { shares, dropped, fairness } = answerOf([quiet, ...busy]);
    expect(shares).toEqual([{ camera_id: 'door', offered: 0.1, detected: 0.1 }]);
    expect([dropped, fairness]).toEqual([0, 1]);
  });
});
