import { type ResultRecord, uuidv7 } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from './oracle.ts';

const record = (over: Partial<ResultRecord> = {}): ResultRecord => ({
  frame_id: uuidv7(),
  camera_id: 'door',
  outcome: 'detected',
  detections: [],
  timestamp: 1,
  original_timestamp: 1,
  stages: {},
  ...over,
});
const dead = () => false;
const alive = () => true;

function pass(ledger: Ledger, one: ResultRecord): void {
  ledger.confirmed(one);
  ledger.recorded(one);
  ledger.shown(one);
}

describe('the ledger', () => {
  it('has nothing to say of a frame that was confirmed, recorded and shown', () => {
    const ledger = createLedger();
    pass(ledger, record());
    expect(ledger.close(alive)).toMatchObject({ confirmed: 1, shown: 1, lost: [], duplicated: [], unexpected: [] });
  });

  it('takes the word of the producer after the outcome too', () => {
    const ledger = createLedger();
    const one = record();
    ledger.recorded(one);
    ledger.shown(one);
    ledger.confirmed(one);
    expect(ledger.waiting()).toBe(0);
    expect(ledger.close(alive).lost).toEqual([]);
  });

  it('calls lost what was confirmed and not shown, recorded or not', () => {
    const ledger = createLedger();
    const [one, other] = [record(), record()];
    ledger.confirmed(one);
    ledger.confirmed(other);
    ledger.recorded(other);
    expect(ledger.waiting()).toBe(2);
    expect(ledger.close(alive).lost).toEqual([one.frame_id, other.frame_id]);
  });

  it('tells what was shown twice from what only stands in the stream twice', () => {
    const ledger = createLedger();
    const [one, other] = [record(), record()];
    pass(ledger, one);
    pass(ledger, other);
    ledger.recorded(one);
    ledger.shown(other);
    expect(ledger.close(alive)).toMatchObject({ repeated: 1, duplicated: [other.frame_id], unexpected: [] });
  });

  it('does not expect a confirmed frame to fail, or to end twice in different ways', () => {
    const ledger = createLedger();
    const one = record({ outcome: 'failed', reason: 'tried too often' });
    pass(ledger, one);
    ledger.recorded({ ...one, outcome: 'detected' });
    expect(ledger.close(alive).unexpected).toEqual([
      `frame ${one.frame_id} ended as failed and as detected`,
      `frame ${one.frame_id} was confirmed and ended as failed: tried too often`,
    ]);
  });

  it('takes the first outcome of a live frame that came again after its deadline', () => {
    const ledger = createLedger();
    const one = record({ camera_id: 'live' });
    ledger.recorded(one);
    ledger.shown(one);
    ledger.recorded({ ...one, outcome: 'expired', reason: 'too late' });
    expect(ledger.close(alive)).toMatchObject({ repeated: 1, late: 1, unexpected: [] });
  });

  it('does not expect a confirmed number to be told as shed', () => {
    const ledger = createLedger();
    pass(ledger, record({ source: 's', seq: 1 }));
    pass(ledger, record({ source: 's', seq: 2, shed: [[1, 1]] }));
    expect(ledger.close(alive).unexpected).toHaveLength(1);
  });

  it('misses a number without an outcome, shed ones aside', () => {
    const ledger = createLedger();
    pass(ledger, record({ source: 's', seq: 1 }));
    pass(ledger, record({ source: 's', seq: 5, shed: [[2, 3]] }));
    expect(ledger.close(alive).unexpected).toEqual(['numbers of source s without an outcome: 4']);
  });

  it('leaves open what a producer had under way when it was killed', () => {
    const ledger = createLedger();
    for (const seq of [1, 3, 99, 100, 102]) pass(ledger, record({ source: 's', seq }));
    const verdict = ledger.close(dead);
    expect(verdict.open).toBe(61); // 39 to 98 and 101
    expect(verdict.unexpected[0]).toMatch(/^numbers of source s without an outcome: 2, 4,.* 38$/);
  });

  it('counts each number once, by what was told of it first, and what was told of nobody', () => {
    const ledger = createLedger();
    const first = record({ source: 's', seq: 2, shed: [[1, 1]] });
    for (const one of [
      first,
      first, // told again
      record({ source: 's', seq: 1 }), // was told to be shed
      record({ source: 's', seq: 5, outcome: 'expired', reason: 'late' }),
      record({ source: 's', seq: 6, outcome: 'shed', reason: 'full', shed: [[3, 3]] }),
      record({ outcome: 'rejected', reason: 'damaged' }), // of a producer that numbers nothing
    ])
      ledger.recorded(one);
    expect(ledger.counts()).toEqual({
      detected: 1,
      expired: 1,
      rejected: 1,
      failed: 0,
      shed: 3,
      duplicates: 2,
      unaccounted: 1,
    });
  });
});
