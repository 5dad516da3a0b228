import { MAX_SHED_FRAMES, type ResultRecord, uuidv7 } from '@framewire/contract';
import { numberedFrameId } from '@framewire/runtime/frames';
import { describe, expect, it } from 'vitest';
import { setUpLedger as setUp, T } from '../testing/ledger.ts';
import { GRACE } from './ledger.ts';

describe('the ledger', () => {
  it('holds every number in exactly one place', () => {
    const { ledger, add, pass } = setUp();
    add(1);
    add(2, { outcome: 'expired' });
    add(6, { shed: [[3, 4]] });
    add(9, { outcome: 'rejected', camera_id: 'door' });
    expect(ledger.answer().totals).toEqual({
      published: 9,
      detected: 2,
      expired: 1,
      rejected: 1,
      failed: 0,
      shed: 2,
      still: 0,
      in_flight: 3,
      unaccounted: 0,
      duplicates: 0,
      unnumbered: 0,
    });
    pass(GRACE + 1);
    expect(ledger.answer().totals).toMatchObject({ published: 9, in_flight: 0, unaccounted: 3 });
    expect(ledger.answer().unaccounted).toEqual(
      [5, 7, 8].map((seq) => ({ camera_id: 'door', topic: 'faces', source: 's1', seq, since: T })),
    );
    add(7, { outcome: 'failed' });
    add(5);
    add(8);
    expect(ledger.answer().totals).toMatchObject({ published: 9, detected: 4, failed: 1, unaccounted: 0 });
  });

  it('counts each topic of a camera by itself, and leaves no residual in either', () => {
    const { ledger, add, pass } = setUp();
    const objects = { topic: 'objects', source: 's2' };
    for (const seq of [1, 2, 3, 4, 5]) add(seq);
    add(2, { ...objects, shed: [[1, 1]] });
    add(4, objects);
    add(1, { camera_id: 'yard', source: 's3' });
    pass(GRACE + 1);
    const { cameras, topics, totals, unaccounted } = ledger.answer();
    expect(topics).toMatchObject([
      { topic: 'faces', published: 6, detected: 6, unaccounted: 0 },
      { topic: 'objects', published: 4, detected: 2, shed: 1, unaccounted: 1 },
    ]);
    expect(cameras).toMatchObject([
      {
        camera_id: 'door',
        published: 9,
        topics: [
          { topic: 'faces', published: 5, detected: 5 },
          { topic: 'objects', published: 4, detected: 2, shed: 1, unaccounted: 1 },
        ],
      },
      { camera_id: 'yard', published: 1 },
    ]);
    expect(cameras[1]).not.toHaveProperty('topics');
    expect(unaccounted).toMatchObject([{ camera_id: 'door', topic: 'objects', source: 's2', seq: 3 }]);
    for (const { published, duplicates: _, unnumbered: __, topic: ___, ...ended } of topics!)
      expect(Object.values(ended).reduce((sum, frames) => sum + frames, 0)).toBe(published);
    expect(totals.published).toBe(10);
  });

  it('tells the id of a missing frame where the ids of its source follow from its numbers', () => {
    const { ledger, add, pass } = setUp();
    const withId = (seq: number, frame_id = numberedFrameId('s1', seq)) => add(seq, { frame_id });
    withId(1);
    add(5, { outcome: 'shed', shed: [[3, 4]], frame_id: uuidv7() });
    withId(6);
    pass(GRACE + 1);
    expect(ledger.missing()).toMatchObject([{ seq: 2, frame_id: numberedFrameId('s1', 2) }]);
    withId(8, uuidv7()); // named by its sender, as any other of this source may be
    withId(9);
    pass(GRACE + 1);
    expect(ledger.missing().map(({ seq, frame_id }) => [seq, frame_id])).toEqual([
      [7, undefined],
      [2, undefined],
    ]);
  });

  it("takes another function's answer for the outcome that it is, with what was shed before it", () => {
    const { ledger, add, pass } = setUp();
    add(1);
    ledger.passed({ camera_id: 'door', topic: 'faces', source: 's1', seq: 4, shed: [[2, 2]], timestamp: T });
    add(5);
    expect(ledger.answer().totals).toMatchObject({ detected: 2, shed: 1, in_flight: 1, unaccounted: 0 });
    ledger.passed({ camera_id: 'door', topic: 'faces', source: 's1', seq: 3, timestamp: T });
    pass(GRACE + 1);
    expect(ledger.answer().totals).toMatchObject({ in_flight: 0, unaccounted: 0, published: 3 });
  });

  it('knows the gaps of a camera too that only another function answers for', () => {
    const { ledger, pass } = setUp();
    ledger.passed({ camera_id: 'yard', topic: 'faces', source: 's9', seq: 1, timestamp: T });
    ledger.passed({ camera_id: 'yard', topic: 'faces', source: 's9', seq: 3, timestamp: T });
    expect(ledger.answer().totals).toMatchObject({ in_flight: 1, published: 1 });
    pass(GRACE + 1);
    expect(ledger.missing()).toMatchObject([{ camera_id: 'yard', source: 's9', seq: 2 }]);
    expect(ledger.answer().unaccounted).toEqual(ledger.missing());
  });

  it('counts a second outcome as a duplicate, under another frame id too', () => {
    const { ledger, add } = setUp();
    add(1);
    add(1, { outcome: 'shed' });
    ledger.repeated({ camera_id: 'door', source: 's1', seq: 1, timestamp: T } as ResultRecord);
    expect(ledger.answer().totals).toMatchObject({ published: 1, detected: 1, shed: 0, duplicates: 2 });
  });

  it('misses no number of a frame that its caller sent again, nor what was shed meanwhile', () => {
    const { ledger, add, pass } = setUp();
    add(7);
    ledger.repeated({ camera_id: 'door', source: 's1', seq: 10, shed: [[7, 9]], timestamp: T } as ResultRecord);
    add(11);
    pass(GRACE + 1);
    expect(ledger.answer().totals).toMatchObject({ detected: 2, shed: 2, duplicates: 1, in_flight: 0, unaccounted: 0 });
  });

  it('begins a source where it finds it, or at 1 where it has read all since the source began', () => {
    const { ledger, add, pass } = setUp();
    const before = uuidv7((T - 3_600) * 1000);
    add(100);
    expect(ledger.answer().totals.in_flight).toBe(0);
    pass(100);
    add(3, { source: uuidv7((T + 90) * 1000) });
    expect(ledger.answer().totals).toMatchObject({ published: 4, in_flight: 2 });
    pass(100_000);
    add(5_000, { source: before }); // a camera that was silent for a day misses nothing
    add(5_000, { source: 'of-somebody-else' });
    expect(ledger.answer().totals).toMatchObject({ published: 6, in_flight: 0 });
  });

  it('misses nothing of a source that it had to forget', () => {
    const { ledger, add, pass } = setUp();
    const own = (n: number) => uuidv7((T + 100 + n) * 1000);
    add(1);
    pass(100);
    const first = own(0);
    add(1, { source: first });
    for (let n = 1; n <= 10_000; n++) add(1, { source: own(n), timestamp: T + 100 + n });
    add(500, { source: first });
    expect(ledger.answer().totals).toMatchObject({ in_flight: 0, detected: 10_003 });
  });

  it('names the newest of the missing first', () => {
    const { ledger, add, pass } = setUp();
    add(1);
    add(1_000);
    pass(60);
    add(1_002, { timestamp: T + 60 });
    pass(GRACE + 1);
    expect(ledger.missing()[0]).toMatchObject({ seq: 1_001 });
    expect(ledger.missing()).toHaveLength(200);
  });

  it('keeps the cameras apart, and counts frames that nobody numbered', () => {
    const { ledger, add } = setUp();
    add(1);
    add(undefined, { camera_id: 'default', source: undefined });
    const { cameras } = ledger.answer();
    expect(cameras.map(({ camera_id, published, unnumbered }) => [camera_id, published, unnumbered])).toEqual([
      ['door', 1, 0],
      ['default', 1, 1],
    ]);
  });

  it('costs nothing for a number from far away, and believes no more than one record may claim', () => {
    const { ledger, add, pass } = setUp();
    add(1);
    add(MAX_SHED_FRAMES);
    pass(GRACE + 1);
    expect(ledger.answer().totals.unaccounted).toBe(MAX_SHED_FRAMES - 2);
    expect(ledger.answer().unaccounted.length).toBe(200);
    add(9_007_199_254_740_991);
    pass(GRACE + 1);
    expect(ledger.answer().totals).toMatchObject({ published: MAX_SHED_FRAMES + 1, unaccounted: MAX_SHED_FRAMES - 2 });
  });

  it('misses no frame while a connector says that it holds it, however long', () => {
    const { ledger, add, pass } = setUp();
    add(1);
    add(4);
    pass(600, [{ source: 's1', seq: 3 }]);
    expect(ledger.missing().map(({ seq }) => seq)).toEqual([2]);
    expect(ledger.answer().totals).toMatchObject({ in_flight: 1, unaccounted: 1 });
    pass(GRACE + 10);
    expect(ledger.missing().map(({ seq }) => seq)).toEqual([2, 3]);
  });

  it('misses no frame that may still wait in the queue: none of its source was taken from it since', () => {
    const { ledger, add, pass } = setUp();
    add(1);
    add(3, { outcome: 'expired', reason_code: 'deadline_in_queue' }); // frame 2 has no deadline
    add(4, { outcome: 'shed', stages: {} });
    pass(600);
    expect(ledger.answer().totals).toMatchObject({ in_flight: 1, unaccounted: 0 });
    add(5);
    pass(GRACE + 1);
    expect(ledger.missing().map(({ seq }) => seq)).toEqual([2]);
  });

  it('misses nothing while no connector gives a sign of life, nor right when the first comes', () => {
    const { ledger, add, pass, silence } = setUp();
    add(1);
    add(3);
    silence(3_600);
    expect(ledger.missing()).toEqual([]);
    pass(10);
    expect(ledger.missing()).toEqual([]);
    add(2);
    pass(GRACE + 1);
    expect(ledger.answer().totals).toMatchObject({ published: 3, in_flight: 0, unaccounted: 0 });
  });

  it('looks at few of the gaps for each record, where every second frame is missing', () => {
    const { ledger, add, pass } = setUp();
    for (let seq = 1; seq <= 100_000; seq += 2) add(seq);
    pass(GRACE + 1);
    expect(ledger.missing()).toHaveLength(200);
    expect(ledger.answer().totals).toMatchObject({ detected: 50_000, published: 99_999, in_flight: 0 });
    expect(ledger.answer().totals.unaccounted).toBe(49_999);
  });

  it('keeps the sum where cameras or sources are more than it can hold one by one', () => {
    const { ledger, pass } = setUp();
    const add = (n: number, seq: number) =>
      ledger.add({
        camera_id: `camera-${n}`,
        source: `source-${n}`,
        seq,
        outcome: 'detected',
        timestamp: T + n / 100,
        stages: { received_at: 1 },
      } as ResultRecord);
    for (let n = 0; n < 20_000; n++) for (const seq of [1, 3]) add(n, seq);
    pass(300);
    const { totals, cameras, others } = ledger.answer();
    expect(cameras).toHaveLength(1_000);
    expect(totals).toMatchObject({ published: 60_000, detected: 40_000, in_flight: 0, unaccounted: 20_000 });
    expect(others).toMatchObject({ detected: 38_000 });
  });
});
