/** The offset lies between these, by one exchange. Milliseconds. */
interface Bounds {
  min: number;
  max: number;
}

/** Older pings are dropped, to follow a clock that drifts or is set. */
const MAX_PINGS = 24;
/** Results are dropped after one to two of these periods, milliseconds. */
const PERIOD_MS = 60_000;

/**
 * How far the server's clock is ahead of this browser's, milliseconds.
 * A ping gives both bounds: the server answered after it was sent and before the answer arrived. A result gives the lower bound.
 * The offset is the middle of the allowed range. Without pings (server-sent events) it is the bound of the fastest result, which is right
 * but for the shortest network delay.
 */
export class ClockOffset {
  #pings: Bounds[] = [];
  #result = Number.NEGATIVE_INFINITY;
  #resultBefore = Number.NEGATIVE_INFINITY;
  #periodEnd = 0;

  pong(sent: number, serverNow: number, received: number): void {
    if (received < sent) return;
    this.#pings = [...this.#pings.slice(1 - MAX_PINGS), { min: serverNow - received, max: serverNow - sent }];
  }

  result(sentAt: number, received: number): void {
    if (received >= this.#periodEnd) {
      this.#resultBefore = this.#result;
      this.#result = Number.NEGATIVE_INFINITY;
      this.#periodEnd = received + PERIOD_MS;
    }
    this.#result = Math.max(this.#result, sentAt - received);
  }

  get offset(): number {
    const result = Math.max(this.#result, this.#resultBefore);
    if (this.#pings.length === 0) return Number.isFinite(result) ? result : 0;
    const min = Math.max(result, ...this.#pings.map((ping) => ping.min));
    const max = Math.min(...this.#pings.map((ping) => ping.max));
    if (min <= max) return (min + max) / 2;
    // The bounds contradict each other because a clock was set: the newest ping is right.
    const last = this.#pings.at(-1)!;
    return (last.min + last.max) / 2;
  }
}
