/** How long a frame may wait under overload, as a share of its life: 100 ms of a camera's two seconds. */
const TARGET_SHARE = 1 / 20;
/** Every frame may wait this long, milliseconds. */
const MIN_TARGET_MS = 50;
/** A frame that waited no longer found the queue empty, milliseconds. */
const EMPTY_MS = 20;
/** If no frame came for this long, the queue was empty, whatever the clocks say. Milliseconds. */
const IDLE_MS = 50;
/** A queue that was not empty for so long is overloaded: more frames come than can be detected. Milliseconds. */
const INTERVAL_MS = 500;

/**
 * Drops live frames that waited too long, while more come than the function can take. The function then works on fresh frames, not on
 * frames that are as old as the queue is long. A burst that passes costs no frame. This is CoDel (RFC 8289) in the form for servers: one
 * limit for the wait while the queue empties now and then, a short one while it does not.
 */
export interface AdmissionControl {
  /**
   * Whether a frame goes to the function. Ask once for each frame, in the order of arrival.
   * @param waited in the queue, milliseconds.
   * @param life from its publish to its deadline, milliseconds; infinite without a deadline.
   * @param idle for how long there was nothing to do when it came, milliseconds.
   */
  admits(waited: number, life: number, idle: number): boolean;
  /** Whether more frames come than can be detected: the queue has not been empty for long. */
  readonly overloaded: boolean;
}

export function createAdmissionControl(clock: () => number = Date.now): AdmissionControl {
  let lastEmpty = clock();
  const overloaded = () => clock() - lastEmpty > INTERVAL_MS;
  return {
    admits(waited, life, idle) {
      if (waited <= EMPTY_MS || idle >= IDLE_MS) lastEmpty = clock();
      return waited <= Math.max(MIN_TARGET_MS, life * TARGET_SHARE) || !overloaded();
    },
    get overloaded() {
      return overloaded();
    },
  };
}
