import { expect, it } from 'vitest';
import { type Draft, differences, draftOf, isEqual, patchOf } from './draft.ts';
import { isAt, problemsOf, refusal } from './problems.ts';
import { parseStored } from './stored-draft.ts';
import { begin, redo, step, undo } from './undo.ts';

const YARD: Draft['zones'][number] = {
  name: 'yard',
  points: [
    [0, 0],
    [1, 0],
    [1, 1],
  ],
};
const saved = draftOf({ zones: [YARD], hours: [{ from: '08:00', to: '18:00' }], detection: { min_score: 0.5 } });

it('sends only what was changed, and null for what was taken away', () => {
  expect(patchOf(saved, saved)).toEqual({});
  const { hours, ...always } = saved;
  expect(patchOf({ ...always, zones: [], detection: {} }, saved)).toEqual({
    zones: null,
    detection: null,
    hours: null,
  });
  const moved: Draft = {
    ...saved,
    zones: [
      {
        ...YARD,
        points: [
          [0, 0],
          [0.9, 0],
          [1, 1],
        ],
      },
    ],
  };
  expect(patchOf(moved, saved)).toEqual({ zones: moved.zones });
  expect(differences(moved, saved)).toEqual(['zones']);
});

it('a value is equal to one with its names in another order, and an absent one is undefined', () => {
  expect(isEqual({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true);
  expect(isEqual({ a: 1, b: undefined }, { a: 1 })).toBe(true);
  expect(isEqual([1, 2], [1])).toBe(false);
});

it('a step back and forward gives the same, and a new step forgets what was undone', () => {
  const two = step(step(begin('a'), 'b'), 'c');
  expect(undo(two).now).toBe('b');
  expect(redo(undo(two))).toEqual(two);
  expect(undo(undo(undo(two))).now).toBe('a');
  expect(redo(step(undo(two), 'd')).now).toBe('d');
});

it('keeps the newest steps alone', () => {
  let steps = begin(0);
  for (let i = 1; i <= 500; i++) steps = step(steps, i);
  expect(steps.past.length).toBe(100);
  expect(undo(steps).now).toBe(499);
});

it('a draft that an older version kept and that is none now is forgotten', () => {
  expect(parseStored(JSON.stringify({ draft: saved, saved }))).toEqual({ draft: saved, saved });
  expect(parseStored('null')).toBeUndefined();
  expect(parseStored('{"draft":{"zones":3},"saved":{}}')).toBeUndefined();
});

it('says what is wrong with a draft, and where', () => {
  const two: Draft = { ...saved, zones: [YARD, { ...YARD, name: 'a b' }] };
  expect(problemsOf(two)).toEqual([{ field: 'zones.1.name', message: expect.stringContaining('letters, digits') }]);
  expect(problemsOf({ ...saved, zones: [YARD, YARD] })).toEqual([
    { field: 'zones', message: 'two zones have the same name' },
  ]);
});

it('a refusal of the server is about the field that it names', () => {
  expect(refusal('zones.0.points: the edges cross').field).toBe('zones.0.points');
  expect(refusal('detection[min_score] must be a number').field).toBe('detection.min_score');
  expect(refusal('there is no camera "door"')).toEqual({ message: 'there is no camera "door"' });
  expect(isAt(refusal('hours[0].from: a time is written as 08:00'), 'hours')).toBe(true);
});
