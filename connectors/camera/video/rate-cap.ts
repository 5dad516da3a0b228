/** Says of each frame whether it may pass, so that on average no more than so many a second do. */
export type RateCap = () => boolean;

/** Frames that come a little early are let through: a source at exactly the cap would else lose some to its jitter. */
const SAVED = 1.5;

/** @param now milliseconds by a clock that never goes back. */
export function createRateCap(fps: number, now: () => number = () => performance.now()): RateCap {
  let credit = SAVED;
  let last = now();
  return () => {
    const time = now();
    credit = Math.min(SAVED, credit + ((time - last) * fps) / 1000);
    last = time;
    if (credit < 1) return false;
    credit -= 1;
    return true;
  };
}
