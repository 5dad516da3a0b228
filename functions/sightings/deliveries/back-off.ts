/** The first pause, and the longest, milliseconds. */
const FIRST_MS = 1_000;
const LONGEST_MS = 30 * 60_000;
/** A receiver that asks for more than this is asked again after it, milliseconds. */
const LONGEST_ASKED_MS = 6 * 3_600_000;

/**
 * How long to wait before the next attempt, milliseconds: twice as long each time, up to half an hour, and by chance up to half of it
 * less, so that receivers that failed together are not asked together.
 * @param attempts that failed so far, from 1. @param askedMs what the receiver asked for (`Retry-After`): not before that.
 */
export function backOff(attempts: number, askedMs = 0, random: () => number = Math.random): number {
  const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 30));
  return Math.max(pause * (1 - random() / 2), Math.min(askedMs, LONGEST_ASKED_MS));
}

/** @param header `Retry-After`: seconds, or a date. @returns milliseconds from `now` on; undefined where it says nothing. */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
