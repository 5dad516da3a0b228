import type { Why } from './outcome.ts';

/**
 * Why the last try of a frame failed, for its outcome should it be given up. The broker does not carry it; a frame that
 * another connector tried is given up without.
 */
export interface LastReasons {
  remember(frame_id: string, why: Why): void;
  /** Forgets it too. */
  take(frame_id: string): Why | undefined;
}

/** Frames remembered; the oldest is forgotten first. */
const LIMIT = 1_000;

export function createLastReasons(): LastReasons {
  const reasons = new Map<string, Why>();
  return {
    remember(frame_id, why) {
      reasons.delete(frame_id); // a Map keeps the order of first insertion
      reasons.set(frame_id, why);
      if (reasons.size > LIMIT) reasons.delete(reasons.keys().next().value!);
    },
    take(frame_id) {
      const why = reasons.get(frame_id);
      reasons.delete(frame_id);
      return why;
    },
  };
}
