/** Where JPEGs are kept, by key: `2026-11-30/<id>.jpg`. */
export interface PictureStore {
  /** Once it resolves the whole picture outlives kill -9 and a power cut; before, there is nothing under the key. */
  put(key: string, jpeg: Uint8Array): Promise<void>;
  /** Undefined where there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** None of them is there any more. One that was not there is no error. */
  delete(keys: readonly string[]): Promise<void>;
  /** All keys, some at a time, with when they were written, milliseconds since the epoch. Leftovers of writing are removed. */
  list(): AsyncIterable<{ key: string; at: number }[]>;
  /** Whether other processes may write here at the same time. */
  readonly isShared: boolean;
}

/** The day of a moment, by which pictures lie together. @param at seconds since the epoch. */
export const dayOf = (at: number): string => new Date(at * 1000).toISOString().slice(0, 10);
