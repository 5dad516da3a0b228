/** Arrivals are counted over so long, milliseconds. */
const WINDOW = 5000;
/** A pause up to this is no slowing down yet, milliseconds. */
const PAUSE = 1000;

/** How many pictures a second arrive. Milliseconds by one clock. */
export class Arrivals {
  #times: number[] = [];

  add(at: number): void {
    this.#times = [...this.#times.filter((time) => time > at - WINDOW), at];
  }

  /** By the distances between the arrivals, so that it is right from the second on; 0 where there are fewer. */
  perSecond(now: number): number {
    const times = this.#times.filter((time) => time > now - WINDOW);
    if (times.length < 2) return 0;
    const [first, last] = [times[0]!, times.at(-1)!];
    return (1000 * (times.length - 1)) / Math.max(last - first, now - PAUSE - first, 1);
  }
}
