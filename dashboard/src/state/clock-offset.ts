/** What one exchange says: the offset lies between. Milliseconds. */
interface Bounds {
  least: number;
  most: number;
}

/** Older pings are forgotten, so that a clock which drifts or is set is followed. */
const KEPT = 24;
/** Pushes are forgotten after one to two of these, milliseconds. */
const PERIOD = 60_000;

/**
 * How far the server's clock is ahead of this browser's, milliseconds.
 * A ping bounds it from both sides: the server answered after it was sent and before the answer was here; a push from below.
 * The middle of what all of them allow is taken. Where nothing can be sent (server-sent events), the bound of the fastest push is,
 * which is right but for the shortest way here.
 */
export class ClockOffset {
  #pings: Bounds[] = [];
  #push = Number.NEGATIVE_INFINITY;
  #pushBefore = Number.NEGATIVE_INFINITY;
  #periodEnd = 0;

  pong(sent: number, serverNow: number, received: number): void {
    if (received < sent) return;
    this.#pings = [...this.#pings.slice(1 - KEPT), { least: serverNow - received, most: serverNow - sent }];
  }

  pushed(pushedAt: number, received: number): void {
    if (received >= this.#periodEnd) {
      this.#pushBefore = this.#push;
      this.#push = Number.NEGATIVE_INFINITY;
      this.#periodEnd = received + PERIOD;
    }
    this.#push = Math.max(this.#push, pushedAt - received);
  }

  get offset(): number {
    const push = Math.max(this.#push, this.#pushBefore);
    if (this.#pings.length === 0) return Number.isFinite(push) ? push : 0;
    const least = Math.max(push, ...this.#pings.map((ping) => ping.least));
    const most = Math.min(...this.#pings.map((ping) => ping.most));
    if (least <= most) return (least + most) / 2;
    // They contradict one another, for a clock was set: the newest ping knows.
    const last = this.#pings.at(-1)!;
    return (last.least + last.most) / 2;
  }
}
