/** The value that a share `p` (0 to 1) of the sample does not exceed, by the nearest rank; NaN for an empty sample. */
export function percentile(sample: readonly number[], p: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
}

/** A figure that was taken in several rounds. */
export interface Spread {
  median: number;
  low: number;
  high: number;
  rounds: number;
}

/** Rounds without a figure (NaN) do not count. */
export function spread(rounds: readonly number[]): Spread {
  const known = rounds.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const middle = known.length / 2;
  const median = known.length % 2 ? known[Math.floor(middle)]! : (known[middle - 1]! + known[middle]!) / 2;
  return {
    median: known.length ? median : Number.NaN,
    low: known[0] ?? Number.NaN,
    high: known.at(-1) ?? Number.NaN,
    rounds: known.length,
  };
}
