/** What a frame should wait while more come than can be detected, as a share of its life: 40 ms of a camera's two seconds. */
const TARGET = 1 / 50;
/** No less than this, milliseconds, and no less than so many frames take: a queue that is shorter is empty now and then. */
const LEAST_MS = 40;
const LEAST_FRAMES = 2;
/** A step wants so many frames to judge by. */
const SAMPLE = 4;
/** By how much a step changes what is let through, for each second that frames wait too long, and that they wait longer than before. */
const INTEGRAL = 1;
const PROPORTIONAL = 3;
/** And by how much at most, down and up. */
const MOST_DOWN = 0.5;
const MOST_UP = 1.1;
/** So much is always let through: without frames nobody could tell that the load is over. */
const LEAST_PASSED = 0.01;
/** What is asked of sources less than this is not asked at all. */
const NEGLIGIBLE = 0.02;

/**
 * Which share of their live frames sources should let go, so that the rest can be detected while it is fresh. A queue's length cannot be
 * known at its sources, but how long it makes wait can be known here. Control by that time, in steps that react to its change as well, is
 * that of PIE (RFC 8033); the steps change what passes by a factor, so that it settles alike at twice the load and at twenty times.
 */
export interface Pressure {
  /**
   * A live frame came.
   * @param waited in the queue, milliseconds; 0 where it was expected.
   * @param life from its publish to its deadline, milliseconds.
   */
  came(waited: number, life: number): void;
  /**
   * To be called at steady intervals.
   * @param overloaded whether the queue has not been empty for long: a burst that passes is not for sources to know.
   * @param busy whether all that may be under way is: then that no frame came says nothing.
   * @returns 0 to 0.99
   */
  step(state: { overloaded: boolean; busy: boolean }): number;
}

/** @param intervalMs between two steps. */
export function createPressure(intervalMs: number): Pressure {
  let passed = 1;
  let before = 0;
  let [waits, target, count, steps] = [0, 0, 0, 0];

  return {
    came(waited, life) {
      waits += waited;
      target += life * TARGET;
      count++;
    },
    step({ overloaded, busy }) {
      steps++;
      if (count < SAMPLE && busy) return share();
      const least = Math.max(LEAST_MS, (LEAST_FRAMES * steps * intervalMs) / Math.max(1, count));
      const wanted = count ? Math.max(least, target / count) : LEAST_MS;
      const waited = count ? waits / count : 0;
      const change = 1 - (INTEGRAL * (waited - wanted) + PROPORTIONAL * (waited - before)) / 1000;
      if (overloaded || passed < 1) passed = clamp(passed * clamp(change, MOST_DOWN, MOST_UP), LEAST_PASSED, 1);
      before = waited;
      [waits, target, count, steps] = [0, 0, 0, 0];
      return share();
    },
  };

  function share(): number {
    return 1 - passed < NEGLIGIBLE ? 0 : 1 - passed;
  }
}

const clamp = (n: number, low: number, high: number) => Math.min(Math.max(n, low), high);
