import type { CameraView, Outcome } from '@framewire/contract';

/** Over how long a loss is news, milliseconds. */
const WINDOW = 10_000;
/** Counts come once a second: what is newer than this is no rate yet, milliseconds. */
const LEAST = 1000;

interface Sample {
  at: number;
  since: number;
  outcomes: Record<string, number>;
}

/** How many frames a second of one camera ended in each way of late, from the running counts that the server tells. */
export class Losses {
  #samples: Sample[] = [];

  /** @param at in milliseconds. */
  add(view: Pick<CameraView, 'outcomes' | 'counted_since'>, at: number): void {
    const { outcomes, counted_since: since } = view;
    // Another replica, or one that began anew, counts from another start.
    if (this.#samples.at(-1)?.since !== since) this.#samples = [];
    this.#samples.push({ at, since, outcomes });
    // One sample from before the window stays: it is what the count is compared with.
    while (this.#samples[1] && this.#samples[1].at <= at - WINDOW) this.#samples.shift();
  }

  /** Frames a second that ended so, over the last 10 s or for as long as is known. */
  perSecond(outcome: Outcome, now: number): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.at <= now - WINDOW) return 0;
    const more = Math.max(0, (last.outcomes[outcome] ?? 0) - (first.outcomes[outcome] ?? 0));
    return (1000 * more) / Math.min(WINDOW, Math.max(LEAST, last.at - first.at));
  }
}
