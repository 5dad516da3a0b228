import { performance } from 'node:perf_hooks';

/** Frames at a steady rate, whatever comes back. */
export interface OpenLoad {
  /** Frames a second from now on. */
  rate: number;
  /** Frames that were begun. */
  readonly sent: number;
  /** No more frames; resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** How often it looks which frames are due, milliseconds: a timer for each frame would drift and come in bursts. */
const TICK_MS = 2;

/**
 * @param rate frames a second. @param send is given the frame's number, from 0 on.
 * @param maxInFlight frames under way at once; one that is due beyond that is skipped.
 */
export function startOpenLoad(
  rate: number,
  send: (number: number) => Promise<unknown>,
  maxInFlight = Number.POSITIVE_INFINITY,
): OpenLoad {
  const inFlight = new Set<Promise<unknown>>();
  let sent = 0;
  let due = 0;
  let last = performance.now();
  const ticker = setInterval(() => {
    const now = performance.now();
    due += ((now - last) * load.rate) / 1000;
    last = now;
    for (; due >= 1; due--) {
      if (inFlight.size >= maxInFlight) continue;
      const work = send(sent++)
        .catch(() => {})
        .finally(() => inFlight.delete(work));
      inFlight.add(work);
    }
  }, TICK_MS);
  const load = {
    rate,
    get sent() {
      return sent;
    },
    async stop() {
      clearInterval(ticker);
      await Promise.all(inFlight);
    },
  };
  return load;
}
