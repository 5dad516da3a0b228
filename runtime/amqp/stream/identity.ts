/**
 * Checks whether a stream is still the one that was read before. A queue that is deleted and declared again restarts its offsets at 0,
 * and nothing else distinguishes the two. So a reader that reconnects asks for the last record that it read once more, and compares.
 */
export interface StreamIdentity {
  /** Undefined before the first record. */
  readonly last: number | undefined;
  /** The reader attaches, from `last` on. */
  attach(): void;
  /** Whether `last` has been seen again since it attached, or nothing was read before. */
  readonly isKnown: boolean;
  /** @returns `old`: was read before. `new`: to be read. `another`: of another stream, or `last` is not held any more. */
  check(offset: number, content: Uint8Array): 'old' | 'new' | 'another';
  /** This record was read. */
  read(offset: number, content: Uint8Array): void;
  /** Another stream: nothing of it was read. */
  forget(): void;
}

/** @param last what an earlier process read last. */
export function createStreamIdentity(last?: { offset: number; content: Uint8Array }): StreamIdentity {
  let isKnown = true;
  return {
    get last() {
      return last?.offset;
    },
    get isKnown() {
      return isKnown;
    },
    attach() {
      isKnown = last === undefined;
    },
    check(offset, content) {
      // the broker attaches at the start of a chunk, so that some of what was read comes again
      if (last && offset < last.offset) return 'old';
      if (last && offset === last.offset) {
        isKnown = Buffer.compare(content, last.content) === 0;
        return isKnown ? 'old' : 'another';
      }
      return isKnown ? 'new' : 'another';
    },
    read(offset, content) {
      last = { offset, content };
    },
    forget() {
      last = undefined;
      isKnown = true;
    },
  };
}
