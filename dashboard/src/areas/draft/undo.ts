/** What was, what is, and what was undone. */
export interface Steps<T> {
  past: T[];
  now: T;
  future: T[];
}

/** Steps that can be undone. */
const MAX_STEPS = 100;

export const begin = <T>(now: T): Steps<T> => ({ past: [], now, future: [] });

/** A step forward. What was undone before cannot be done again. */
export const step = <T>({ past, now }: Steps<T>, next: T): Steps<T> => ({
  past: [...past, now].slice(-MAX_STEPS),
  now: next,
  future: [],
});

export function undo<T>({ past, now, future }: Steps<T>): Steps<T> {
  const before = past.at(-1);
  return before === undefined
    ? { past, now, future }
    : { past: past.slice(0, -1), now: before, future: [now, ...future] };
}

export function redo<T>({ past, now, future }: Steps<T>): Steps<T> {
  const [next, ...rest] = future;
  return next === undefined ? { past, now, future } : { past: [...past, now], now: next, future: rest };
}
