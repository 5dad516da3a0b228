/** The same seed gives the same numbers. */
export interface Random {
  between(low: number, high: number): number;
  pick<T>(of: readonly T[]): T;
  /** All of them in another order. */
  shuffle<T>(of: readonly T[]): T[];
}

export function createRandom(seed: string): Random {
  let state = 0x811c9dc5; // FNV-1a over the seed, then mulberry32
  for (const char of seed) state = Math.imul(state ^ char.codePointAt(0)!, 0x01000193);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let n = 0; n < 4; n++) next(); // short seeds that are alike give unlike numbers only after a while

  return {
    between: (low, high) => low + next() * (high - low),
    pick: (of) => of[Math.floor(next() * of.length)]!,
    shuffle: (of) =>
      of
        .map((value) => ({ value, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ value }) => value),
  };
}
