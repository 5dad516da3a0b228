/** One of the places that can be taken at the same time. */
export interface Slot {
  /** Resolves when it is our turn, or when it was given back before that. */
  readonly granted: Promise<void>;
  /** Gives it back. May be called more than once. */
  release(): void;
}

/**
 * Limits how many go at once; the others wait in their order. A slot that nobody gives back is free again after `holdMs`, so that
 * one that hangs holds up the others for so long only.
 */
export function createSlots(atOnce: number, holdMs: number): { take(): Slot } {
  const waiting: (() => void)[] = [];
  let taken = 0;

  function next(): void {
    while (taken < atOnce && waiting.length > 0) waiting.shift()!();
  }

  return {
    take() {
      let timer: NodeJS.Timeout | undefined;
      let state: 'waiting' | 'held' | 'released' = 'waiting';
      let grant = () => {};
      const granted = new Promise<void>((resolve) => {
        grant = resolve;
      });
      const begin = () => {
        state = 'held';
        taken++;
        timer = setTimeout(release, holdMs);
        grant();
      };
      const release = () => {
        if (state === 'waiting') waiting.splice(waiting.indexOf(begin), 1);
        if (state === 'held') taken--;
        state = 'released';
        clearTimeout(timer);
        grant();
        next();
      };
      waiting.push(begin);
      next();
      return { granted, release };
    },
  };
}
