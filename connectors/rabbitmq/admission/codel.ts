/** What a frame may wait while more come than can be detected, as a share of its life: 100 ms of a camera's two seconds. */
const PATIENCE = 1 / 20;
/** And no less than this, milliseconds. */
const LEAST_MS = 50;
/** A frame that waited no longer found the queue empty, milliseconds. */
const EMPTY_MS = 20;
/** Where nothing came for so long the queue was empty, whatever two clocks say, milliseconds. */
const IDLE_MS = 50;
/** While the queue was not empty for so long, more come than can be detected, milliseconds. */
const INTERVAL_MS = 500;

/**
 * Lets live frames go that waited, while more come than the function can take: it then works on fresh ones alone, instead of on ones
 * that are as old as the queue is long. A burst that passes costs no frame. The control of a queue by how long it makes wait, not by its
 * length, is that of CoDel (RFC 8289), in the form for servers: one limit while the queue empties now and then, a short one
 * while it does not.
 */
export interface Freshness {
  /**
   * Whether a frame goes to the function; to be asked for each, in the order in which they come.
   * @param waited in the queue, milliseconds, by two machines' clocks.
   * @param life from its publish to its deadline, milliseconds; infinite where it has none.
   * @param idle for how long there was nothing to do when it came, milliseconds.
   */
  admits(waited: number, life: number, idle: number): boolean;
  /** Whether more come than can be detected: the queue has not been empty for long. */
  readonly overloaded: boolean;
}

export function createFreshness(clock: () => number = Date.now): Freshness {
  let lastEmpty = clock();
  const overloaded = () => clock() - lastEmpty > INTERVAL_MS;
  return {
    admits(waited, life, idle) {
      if (waited <= EMPTY_MS || idle >= IDLE_MS) lastEmpty = clock();
      return waited <= Math.max(LEAST_MS, life * PATIENCE) || !overloaded();
    },
    get overloaded() {
      return overloaded();
    },
  };
}
