import { uuidv7 } from '@framewire/contract';
import { describe, expect, it } from 'vitest';
import { setUpLedger as setUp, T } from '../testing/ledger.ts';
import { GRACE } from './ledger.ts';

describe('the ledger', () => {
  it('counts still frames, however they are reported, and leaves no residual', () => {
    const { ledger, add, pass } = setUp();
    add(4, { still: [[1, 3]] });
    // with the next one that is sent, between those that were shed
    add(12, {
      shed: [[7, 7]],
      still: [
        [5, 6],
        [8, 11],
      ],
    });
    // by a record of their own, and once more because its confirm was lost
    const own = { outcome: 'still' as const, stages: {}, shed: [[14, 14]] as [number, number][] };
    for (let n = 0; n < 2; n++) add(16, { ...own, frame_id: uuidv7(), still: [[13, 13]] });
    const { published, in_flight, ...others } = ledger.answer().totals;
    expect(others).toMatchObject({ detected: 2, shed: 2, still: 11, unaccounted: 0, duplicates: 1 });
    expect([published, in_flight]).toEqual([16, 1]); // 15 went to the queue
    pass(GRACE + 1);
    expect(ledger.answer().totals).toMatchObject({ in_flight: 1, unaccounted: 0 }); // it may wait there: none behind it was taken
    add(17);
    pass(GRACE + 1);
    expect(ledger.answer().unaccounted).toMatchObject([{ seq: 15 }]);
  });

  it("counts what was still before another function's answer, and before a repeat", () => {
    const { ledger } = setUp();
    ledger.passed({ camera_id: 'door', topic: 'faces', source: 's1', seq: 4, still: [[1, 3]], timestamp: T });
    ledger.repeated({
      camera_id: 'door',
      topic: 'faces',
      source: 's1',
      seq: 6,
      still: [[5, 5]],
      timestamp: T,
    } as never);
    expect(ledger.answer().totals).toMatchObject({ still: 4, in_flight: 0, published: 4 });
  });
});
