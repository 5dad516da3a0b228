/** How long a source may be silent, judged by its usual pauses between frames. */
export interface FrameTimeout {
  /** A frame came. */
  onFrame(): void;
  /** The source starts again: its next frame is a first one. */
  onRestart(): void;
  /** How long to wait for the next one before the source counts as hung, milliseconds. */
  ms(): number;
}

/** Before a usual pause is known, milliseconds: some cameras send one frame every 20 s, and ffmpeg looks at two before it hands one on. */
const UNKNOWN_RHYTHM = 60_000;
const MIN_TIMEOUT = 5_000;
/** How many pauses between frames are enough to know the usual one, and how many are remembered. */
const MIN_PAUSES = 2;
const MAX_PAUSES = 10;
/** How many frames in a row may be missing. */
const MISSING = 3;

/**
 * For one connection to a source.
 * @param fps frames a second at most: a slower rhythm is the source's own.
 * @param now milliseconds by a clock that never goes back.
 */
export function createFrameTimeout(fps: number, now: () => number = () => performance.now()): FrameTimeout {
  const pauses: number[] = [];
  let last: number | undefined;
  const least = Math.max(MIN_TIMEOUT, (MISSING * 1000) / fps);
  return {
    onFrame() {
      const time = now();
      if (last !== undefined && pauses.push(time - last) > MAX_PAUSES) pauses.shift();
      last = time;
    },
    onRestart() {
      last = undefined;
    },
    ms() {
      if (last === undefined || pauses.length < MIN_PAUSES) return Math.max(least, UNKNOWN_RHYTHM);
      return Math.max(least, MISSING * Math.max(...pauses));
    },
  };
}
