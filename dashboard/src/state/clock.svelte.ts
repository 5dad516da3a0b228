import { ClockOffset } from './clock-offset.ts';

/** Text changes at most twice a second. */
const TICK = 500;

/** The server's time as this browser reckons it, and the beat at which text is written anew. */
export class Clock {
  #offset = new ClockOffset();
  #tick = $state(Date.now());

  /** Milliseconds by the server's clock; reading it makes nothing reactive. */
  now(): number {
    return Date.now() + this.#offset.offset;
  }

  /** The same at the last beat; whoever reads it is run again at the next. */
  get tick(): number {
    return this.#tick;
  }

  /** A moment by this browser's clock, by the server's. */
  toServer(local: number): number {
    return local + this.#offset.offset;
  }

  pong(sent: number, serverNow: number): void {
    this.#offset.pong(sent, serverNow, Date.now());
  }

  pushed(at: number): void {
    this.#offset.pushed(at, Date.now());
  }

  /** @returns what stops it. */
  start(): () => void {
    const timer = setInterval(() => {
      this.#tick = this.now();
    }, TICK);
    return () => clearInterval(timer);
  }
}
