import { expect, it } from 'vitest';
import type { Frame, Settled } from './frame.ts';
import { createSequencer } from './sequencer.ts';

function setUp() {
  let clock = 0;
  const passed: number[] = [];
  const late: number[] = [];
  const stills: (number | undefined)[] = [];
  const sequencer = createSequencer({
    waitMs: 1_000,
    onFrame({ seq, still }) {
      passed.push(seq!);
      stills.push(still);
    },
    onLate: ({ seq }) => late.push(seq!),
    now: () => clock,
  });
  const settled = (seq: number, more: Partial<Settled> = {}): Settled => ({
    source: 's',
    seq,
    isStill: false,
    timestamp: 100 + clock / 1_000,
    frame: { source: 's', seq, cursor: seq, camera_id: 'door', topic: 'faces' } as Frame,
    ...more,
  });
  return { sequencer, passed, late, stills, settled, wait: (ms: number) => (clock += ms) };
}

it('puts frames in order, and waits for none that was shed, still or not detected', () => {
  const { sequencer, passed, settled, stills } = setUp();
  for (const seq of [1, 3, 2]) sequencer.add(settled(seq));
  sequencer.add(settled(4, { frame: undefined }));
  expect(sequencer.oldest('door/faces')).toBeUndefined();
  sequencer.add(settled(9, { shed: [[5, 5]], still: [[6, 8]] }));
  expect(passed).toEqual([1, 2, 3, 9]);
  expect(stills.at(-1)).toBe(0.5);
});

it('waits for a number that is missing, by the time of the stream or by the clock, and then takes it for late', () => {
  const { sequencer, passed, late, settled, wait } = setUp();
  sequencer.add(settled(1));
  sequencer.add(settled(3));
  expect(passed).toEqual([1]);
  expect(sequencer.oldest('door/faces')).toBe(3);
  wait(900);
  sequencer.beat();
  expect(passed).toEqual([1]);
  wait(200);
  sequencer.beat();
  expect(passed).toEqual([1, 3]);
  sequencer.add(settled(2));
  expect([passed, late]).toEqual([[1, 3], [2]]);
  sequencer.add(settled(6, { timestamp: 200 }));
  sequencer.add(settled(7, { timestamp: 202 }));
  expect(passed).toEqual([1, 3, 6, 7]);
});

it('begins in the middle of a source', () => {
  const { sequencer, passed, settled, wait } = setUp();
  sequencer.add(settled(501));
  sequencer.add(settled(500));
  wait(1_100);
  sequencer.beat();
  expect(passed).toEqual([500, 501]);
});
