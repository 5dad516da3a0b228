/** How long frames should wait under overload, as a share of their life: 40 ms of a camera's two seconds. */
const TARGET_SHARE = 1 / 50;
/** The target is at least this, milliseconds, and at least the time of so many frames: a shorter queue is sometimes empty. */
const MIN_TARGET_MS = 40;
const MIN_TARGET_FRAMES = 2;
/** How many frames a step needs to judge. */
const MIN_SAMPLE = 4;
/** By how much a step changes the admitted share, for each second that frames wait too long, and that they wait longer than before. */
const INTEGRAL = 1;
const PROPORTIONAL = 3;
/** Bounds of the factor by which a step changes the admitted share. */
const MIN_FACTOR = 0.5;
const MAX_FACTOR = 1.1;
/** This share is always admitted: without frames nobody could see that the overload is over. */
const MIN_ADMITTED = 0.01;
/** A smaller share is not worth asking the sources for. */
const NEGLIGIBLE = 0.02;

/**
 * Decides which share of their live frames sources should shed, so that the rest is detected while it is fresh. A source cannot know the
 * length of the queue, but the connector knows how long frames wait in it. The control by that time, in steps that react to its change as
 * well, is PIE (RFC 8033). A step multiplies the admitted share, so that it settles alike at twice the load and at twenty times.
 */
export interface SheddingController {
  /**
   * A live frame came.
   * @param waited in the queue, milliseconds; 0 where it was expected.
   * @param life from its publish to its deadline, milliseconds.
   */
  observe(waited: number, life: number): void;
  /**
   * Call it at steady intervals.
   * @param overloaded whether the queue has not been empty for long: a burst that passes is not for sources to know.
   * @param busy whether all slots are taken: then it means nothing that no frame came.
   * @returns the share to shed, 0 to 0.99.
   */
  step(state: { overloaded: boolean; busy: boolean }): number;
}

/** @param intervalMs between two steps. */
export function createSheddingController(intervalMs: number): SheddingController {
  let admitted = 1;
  let before = 0;
  let [waits, targets, count, steps] = [0, 0, 0, 0];

  return {
    observe(waited, life) {
      waits += waited;
      targets += life * TARGET_SHARE;
      count++;
    },
    step({ overloaded, busy }) {
      steps++;
      if (count < MIN_SAMPLE && busy) return share();
      const least = Math.max(MIN_TARGET_MS, (MIN_TARGET_FRAMES * steps * intervalMs) / Math.max(1, count));
      const target = count ? Math.max(least, targets / count) : MIN_TARGET_MS;
      const waited = count ? waits / count : 0;
      const factor = 1 - (INTEGRAL * (waited - target) + PROPORTIONAL * (waited - before)) / 1000;
      if (overloaded || admitted < 1)
        admitted = clamp(admitted * clamp(factor, MIN_FACTOR, MAX_FACTOR), MIN_ADMITTED, 1);
      before = waited;
      [waits, targets, count, steps] = [0, 0, 0, 0];
      return share();
    },
  };

  function share(): number {
    return 1 - admitted < NEGLIGIBLE ? 0 : 1 - admitted;
  }
}

const clamp = (n: number, low: number, high: number) => Math.min(Math.max(n, low), high);
