interface Sample {
  offset: number;
  roundTrip: number;
}

/** Older samples are forgotten, so that a clock which drifts or is set is followed. */
const KEPT = 24;

/**
 * How far the server's clock is ahead of this browser's, milliseconds.
 * From pings the sample with the shortest round trip counts: half of it bounds its error. Where nothing can be sent
 * (server-sent events), the least delay of a push counts instead, which is right but for the shortest way here.
 */
export class ClockOffset {
  #pings: Sample[] = [];
  #pushes: number[] = [];

  pong(sent: number, serverNow: number, received: number): void {
    const roundTrip = received - sent;
    if (roundTrip < 0) return;
    this.#pings = [...this.#pings.slice(1 - KEPT), { offset: serverNow - (sent + received) / 2, roundTrip }];
  }

  pushed(pushedAt: number, received: number): void {
    if (this.#pings.length > 0) return;
    this.#pushes = [...this.#pushes.slice(1 - KEPT), pushedAt - received];
  }

  get offset(): number {
    if (this.#pings.length > 0) return this.#pings.reduce((a, b) => (b.roundTrip < a.roundTrip ? b : a)).offset;
    return this.#pushes.length > 0 ? Math.max(...this.#pushes) : 0;
  }
}
