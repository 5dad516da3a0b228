import { DEFAULT_TOPIC, type ResultRecord, uuidv7 } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { createOracle, type Oracle } from './oracle.ts';

const record = (over: Partial<ResultRecord> = {}): ResultRecord => ({
  frame_id: uuidv7(),
  camera_id: 'door',
  topic: DEFAULT_TOPIC,
  outcome: 'detected',
  detections: [],
  timestamp: 1,
  original_timestamp: 1,
  stages: {},
  ...over,
});
const dead = () => false;
const alive = () => true;

function pass(oracle: Oracle, one: ResultRecord): void {
  oracle.confirmed(one);
  oracle.recorded(one);
  oracle.shown(one);
}

describe('the oracle', () => {
  it('has nothing to say of a frame that was confirmed, recorded and shown', () => {
    const oracle = createOracle();
    pass(oracle, record());
    expect(oracle.close(alive)).toMatchObject({ confirmed: 1, shown: 1, lost: [], duplicated: [], unexpected: [] });
  });

  it('takes the confirm of a producer after the outcome too', () => {
    const oracle = createOracle();
    const one = record();
    oracle.recorded(one);
    oracle.shown(one);
    oracle.confirmed(one);
    expect(oracle.waiting()).toBe(0);
    expect(oracle.close(alive).lost).toEqual([]);
  });

  it('calls lost what was confirmed and not shown, recorded or not', () => {
    const oracle = createOracle();
    const [one, other] = [record(), record()];
    oracle.confirmed(one);
    oracle.confirmed(other);
    oracle.recorded(other);
    expect(oracle.waiting()).toBe(2);
    expect(oracle.close(alive).lost).toEqual([one.frame_id, other.frame_id]);
  });

  it('tells apart what was shown twice and what is in the stream twice', () => {
    const oracle = createOracle();
    const [one, other] = [record(), record()];
    pass(oracle, one);
    pass(oracle, other);
    oracle.recorded(one);
    oracle.shown(other);
    expect(oracle.close(alive)).toMatchObject({ repeated: 1, duplicated: [other.frame_id], unexpected: [] });
  });

  it('does not expect a confirmed frame to fail, or to end twice in different ways', () => {
    const oracle = createOracle();
    const one = record({ outcome: 'failed', reason: 'tried too often' });
    pass(oracle, one);
    oracle.recorded({ ...one, outcome: 'detected' });
    expect(oracle.close(alive).unexpected).toEqual([
      `frame ${one.frame_id} ended as failed and as detected`,
      `frame ${one.frame_id} was confirmed and ended as failed: tried too often`,
    ]);
  });

  it('takes the first outcome of a live frame that came again after its deadline', () => {
    const oracle = createOracle();
    const one = record({ camera_id: 'live' });
    oracle.recorded(one);
    oracle.shown(one);
    oracle.recorded({ ...one, outcome: 'expired', reason: 'too late' });
    expect(oracle.close(alive)).toMatchObject({ repeated: 1, late: 1, unexpected: [] });
  });

  it('does not expect a confirmed sequence number to be reported as shed', () => {
    const oracle = createOracle();
    pass(oracle, record({ source: 's', seq: 1 }));
    pass(oracle, record({ source: 's', seq: 2, shed: [[1, 1]] }));
    expect(oracle.close(alive).unexpected).toHaveLength(1);
  });

  it('misses a number without an outcome, shed ones aside', () => {
    const oracle = createOracle();
    pass(oracle, record({ source: 's', seq: 1 }));
    pass(oracle, record({ source: 's', seq: 5, shed: [[2, 3]] }));
    expect(oracle.close(alive).unexpected).toEqual(['numbers of source s without an outcome: 4']);
  });

  it('leaves open what a producer had under way when it was killed', () => {
    const oracle = createOracle();
    for (const seq of [1, 3, 99, 100, 102]) pass(oracle, record({ source: 's', seq }));
    const report = oracle.close(dead);
    expect(report.open).toBe(61); // 39 to 98 and 101
    expect(report.unexpected[0]).toMatch(/^numbers of source s without an outcome: 2, 4,.* 38$/);
  });

  it('counts each sequence number once, by its first outcome, and frames without one too', () => {
    const oracle = createOracle();
    const first = record({ source: 's', seq: 2, shed: [[1, 1]] });
    for (const one of [
      first,
      first, // a repeated record
      record({ source: 's', seq: 1 }), // was reported as shed
      record({ source: 's', seq: 5, outcome: 'expired', reason: 'late' }),
      record({ source: 's', seq: 6, outcome: 'shed', reason: 'full', shed: [[3, 3]] }),
      record({ outcome: 'rejected', reason: 'damaged' }), // of a producer that numbers nothing
    ])
      oracle.recorded(one);
    expect(oracle.counts()).toEqual({
      detected: 1,
      expired: 1,
      rejected: 1,
      failed: 0,
      shed: 3,
      still: 0,
      duplicates: 2,
      unaccounted: 1,
    });
  });
});
