/** Seconds that a rate covers: fewer where it began within them, and no fewer than the second. */
const WINDOW = 10;
const MIN_WINDOW = 5;

/** How many a second, over the last 10 s; counted by whole seconds, so that it costs the same at any rate. */
export interface Rate {
  /** @param at milliseconds since the epoch. */
  add(at: number): void;
  perSecond(): number;
  /** Whether it can change though nothing comes. */
  readonly isRunning: boolean;
}

export function createRate(clock: () => number = Date.now): Rate {
  const counts = new Map<number, number>();
  const second = (at: number) => Math.floor(at / 1000);

  function forget(before: number): void {
    for (const at of counts.keys()) if (at < before) counts.delete(at);
  }

  return {
    add(at) {
      counts.set(second(at), (counts.get(second(at)) ?? 0) + 1);
      forget(second(clock()) - WINDOW);
    },
    /** Of whole seconds alone: the current one is not over. */
    perSecond() {
      const now = second(clock());
      forget(now - WINDOW);
      const counted = [...counts].filter(([at]) => at >= now - WINDOW && at < now);
      const sum = counted.reduce((total, [, count]) => total + count, 0);
      const began = Math.min(now, ...counted.map(([at]) => at));
      return sum / Math.max(MIN_WINDOW, now - began);
    },
    get isRunning() {
      return counts.size > 0;
    },
  };
}
