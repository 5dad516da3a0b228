import { describe, expect, it } from 'vitest';
import { assign, hungarian, type Pair } from './assignment.ts';
import { decodeState, encodeState } from './state.ts';
import { emptyState, type TrackerState, track } from './tracker.ts';

describe('an assignment', () => {
  /** All orders of the columns, tried one by one. */
  function best(costs: number[][]): number {
    const columns = costs[0]!.map((_, j) => j);
    const from = (row: number, left: number[]): number =>
      row === costs.length
        ? 0
        : Math.min(
            ...left.map(
              (j) =>
                costs[row]![j]! +
                from(
                  row + 1,
                  left.filter((other) => other !== j),
                ),
            ),
          );
    return from(0, columns);
  }

  it('is the best of all that there are', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return (seed % 1_000) / 1_000;
    };
    for (let n = 0; n < 200; n++) {
      const rows = 1 + (n % 5);
      const costs = Array.from({ length: rows }, () => Array.from({ length: rows + (n % 3) }, random));
      const columns = hungarian(costs);
      expect(new Set(columns).size).toBe(rows);
      expect(columns.reduce((sum, j, i) => sum + costs[i]![j]!, 0)).toBeCloseTo(best(costs), 9);
    }
  });

  it('gives up a good pair for two that are better together, and leaves alone what has no pair', () => {
    const pairs: Pair[] = [
      { row: 0, column: 0, worth: 0.9 },
      { row: 0, column: 1, worth: 0.8 },
      { row: 1, column: 0, worth: 0.7 },
      { row: 7, column: 9, worth: 0.1 },
      { row: 8, column: 9, worth: 0.2 },
    ];
    const chosen = assign(pairs).map(({ row, column }) => [row, column]);
    expect(chosen.sort()).toEqual([
      [0, 1],
      [1, 0],
      [8, 9],
    ]);
  });
});

describe('a tracker', () => {
  const box = (x: number, y: number, more: { score?: number; label?: string } = {}) => ({
    x,
    y,
    w: 40,
    h: 80,
    ...more,
  });
  const run = (
    frames: [at: number, boxes: ReturnType<typeof box>[], still?: number][],
    state: TrackerState = emptyState(),
  ) =>
    frames.map(([captured_at, boxes, still]) => {
      const detections = boxes.map((one, index) => ({ ...one, index }));
      const { tracks, ended } = track(
        state,
        { captured_at, detections, still, sightingId: (i) => `${captured_at}-${i}` },
        3,
      );
      return { ids: tracks.map(({ id, seen }) => (seen ? id : undefined)), ended: ended.map(({ id }) => id) };
    });
  const ids = (results: ReturnType<typeof run>) => results.map((one) => one.ids);

  it('knows two that cross at 3 frames a second, with gaps and without scores', () => {
    const times = [0, 0.33, 0.6, 1.4, 1.7, 2.1, 2.4, 3.2];
    const results = run(times.map((at) => [at, [box(100 + 90 * at, 100), box(400 - 90 * at, 130)]]));
    expect(ids(results.slice(1)).every(([a, b]) => a === 1 && b === 2)).toBe(true);
  });

  it('gives no id to what was seen once', () => {
    const results = run([
      [0, [box(0, 0)]],
      [0.1, []],
      [0.2, []],
      [0.3, []],
      [0.9, [box(0, 0)]],
      [1, [box(1, 0)]],
    ]);
    expect(ids(results)).toEqual([[], [], [], [], [], [1]]);
  });

  it('goes on with a low score, and begins with none', () => {
    const low = { score: 0.2 };
    const results = run([
      [0, [box(0, 0, { score: 0.9 }), box(300, 0, low)]],
      [0.1, [box(2, 0, { score: 0.9 }), box(300, 0, low)]],
      [0.2, [box(4, 0, low), box(300, 0, low)]],
    ]);
    expect(ids(results)).toEqual([[], [1], [1]]);
  });

  it('finds again what was away for less than 3 s, and ends what was for longer', () => {
    const again = run([
      [0, [box(0, 0)]],
      [0.1, [box(0, 0)]],
      [1, []],
      [2.5, [box(3, 0)]],
    ]);
    expect(ids(again).at(-1)).toEqual([1]);
    const state = emptyState();
    const over = run(
      [
        [0, [box(0, 0)]],
        [0.1, [box(0, 0)]],
        [2, []],
        [3.5, [box(0, 0)]],
        [3.6, [box(0, 0)]],
      ],
      state,
    );
    expect(over.map(({ ended }) => ended)).toEqual([[], [], [], [1], []]);
    expect(ids(over).at(-1)).toEqual([2]);
  });

  it('does not lose who stands still while the camera says that nothing moves', () => {
    const results = run([
      [0, [box(0, 0)]],
      [0.1, [box(0, 0)]],
      [10, [], 0.99],
      [20, [box(0, 0)], 0.99],
    ]);
    expect(ids(results).at(-1)).toEqual([1]);
  });

  it('keeps labels apart', () => {
    const results = run([
      [0, [box(0, 0, { label: 'car' })]],
      [0.1, [box(0, 0, { label: 'car' })]],
      [0.2, [box(0, 0, { label: 'person' })]],
      [0.3, [box(0, 0, { label: 'person' })]],
    ]);
    expect(ids(results).at(-1)).toEqual([undefined, 2]);
  });

  it('goes on from a state that was written down as if nothing had been', () => {
    const frames = Array.from(
      { length: 12 },
      (_, i) => [i / 5, [box(10 * i, 0), box(300 - 9 * i, 40)]] as [number, ReturnType<typeof box>[]],
    );
    const whole = ids(run(frames));
    const state = emptyState();
    const first = ids(run(frames.slice(0, 6), state));
    const { tracker } = decodeState(JSON.parse(JSON.stringify(encodeState({ tracker: state }))))!;
    expect([...first, ...ids(run(frames.slice(6), tracker))]).toEqual(whole);
    expect(decodeState({ v: 2 })).toBeUndefined();
  });
});
