/** Averaging window, milliseconds. */
const WINDOW_MS = 5000;
/** A shorter pause does not lower the rate, milliseconds. */
const MAX_PAUSE_MS = 1000;

/** Pictures per second that arrive. Times in milliseconds by one clock. */
export class Arrivals {
  #times: number[] = [];

  add(at: number): void {
    this.#times = [...this.#times.filter((time) => time > at - WINDOW_MS), at];
  }

  /** Computed from the intervals, so that it is right from the second arrival on; 0 before. */
  perSecond(now: number): number {
    const times = this.#times.filter((time) => time > now - WINDOW_MS);
    if (times.length < 2) return 0;
    const [first, last] = [times[0]!, times.at(-1)!];
    return (1000 * (times.length - 1)) / Math.max(last - first, now - MAX_PAUSE_MS - first, 1);
  }
}
