/**
 * How long an answer of the broker is waited for. Every call has a limit: a broker that was just killed and restarted can leave one hanging.
 * A limit that is always the same would never let anything through while the broker is slow, so it doubles with each call that was too
 * slow for it, and falls back once none was for a while.
 */
export interface Patience {
  /** The limit at present, milliseconds. */
  readonly ms: number;
  /** A call with this limit was not answered. Several that were under way together count once. */
  tooShort(limit: number): void;
}

export const PATIENCE = { first: 5_000, most: 60_000, calm: 600_000 };

/** @param options milliseconds. `calm`: after so long without a call that was too slow it is `first` again. */
export function createPatience(options: Partial<typeof PATIENCE> = {}, clock: () => number = Date.now): Patience {
  const { first, most, calm } = { ...PATIENCE, ...options };
  let ms = first;
  let since = clock();
  return {
    get ms() {
      if (clock() - since > calm) ms = first;
      return ms;
    },
    tooShort(limit) {
      ms = Math.max(ms, Math.min(most, limit * 2));
      since = clock();
    },
  };
}
