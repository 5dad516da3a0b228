import { createLruMap } from '@framewire/runtime/process';
import type { Why } from './outcome.ts';

/** Frames remembered; the oldest is forgotten first. */
const MAX_FRAMES = 1_000;

/**
 * Why the last try of a frame failed, for its outcome when the broker gives it up. The broker does not carry the reason: a frame that
 * another connector tried last is given up without one.
 */
export interface FailureReasons {
  remember(frame_id: string, why: Why): void;
  /** Forgets it too. */
  take(frame_id: string): Why | undefined;
}

export function createFailureReasons(): FailureReasons {
  const reasons = createLruMap<string, Why>(MAX_FRAMES);
  return {
    remember: reasons.set,
    take(frame_id) {
      const why = reasons.get(frame_id);
      reasons.delete(frame_id);
      return why;
    },
  };
}
