import { ClockOffset } from './clock-offset.ts';

/** Text changes at most twice a second. */
const TICK = 500;

/** The server's time as estimated by this browser, and the tick at which texts are updated. */
export class Clock {
  #offset = new ClockOffset();
  #tick = $state(Date.now());

  /** Milliseconds by the server's clock; not reactive. */
  now(): number {
    return Date.now() + this.#offset.offset;
  }

  /** The same at the last tick; reactive. */
  get tick(): number {
    return this.#tick;
  }

  /** Converts a time of this browser's clock to the server's. */
  toServer(local: number): number {
    return local + this.#offset.offset;
  }

  pong(sent: number, serverNow: number): void {
    this.#offset.pong(sent, serverNow, Date.now());
  }

  result(sentAt: number): void {
    this.#offset.result(sentAt, Date.now());
  }

  /** @returns what stops it. */
  start(): () => void {
    const timer = setInterval(() => {
      this.#tick = this.now();
    }, TICK);
    return () => clearInterval(timer);
  }
}
