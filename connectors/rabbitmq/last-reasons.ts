/**
 * Why the last try of a frame failed, for the words of its outcome should it be given up. The broker does not carry it; a frame that
 * another connector tried is given up without.
 */
export interface LastReasons {
  remember(frame_id: string, reason: string): void;
  /** Forgets it too. */
  take(frame_id: string): string | undefined;
}

/** Frames remembered; the oldest is forgotten first. */
const LIMIT = 1_000;

export function createLastReasons(): LastReasons {
  const reasons = new Map<string, string>();
  return {
    remember(frame_id, reason) {
      reasons.delete(frame_id); // a Map keeps the order of first insertion
      reasons.set(frame_id, reason);
      if (reasons.size > LIMIT) reasons.delete(reasons.keys().next().value!);
    },
    take(frame_id) {
      const reason = reasons.get(frame_id);
      reasons.delete(frame_id);
      return reason;
    },
  };
}
