import type { CameraView, Outcome } from '@framewire/contract';

/** Averaging window, milliseconds. */
const WINDOW_MS = 10_000;
/** Counts arrive once a second: a shorter interval gives no rate, milliseconds. */
const MIN_INTERVAL_MS = 1000;

interface Sample {
  at: number;
  since: number;
  outcomes: Record<string, number>;
}

/** Frames per second of one camera by outcome, computed from the running counts that the server reports. */
export class LossRates {
  #samples: Sample[] = [];

  /** @param at in milliseconds. */
  add(view: Pick<CameraView, 'outcomes' | 'counted_since'>, at: number): void {
    const { outcomes, counted_since: since } = view;
    // Another replica, or a restarted one, counts from another start.
    if (this.#samples.at(-1)?.since !== since) this.#samples = [];
    this.#samples.push({ at, since, outcomes });
    // Keeps one sample from before the window to compare with.
    while (this.#samples[1] && this.#samples[1].at <= at - WINDOW_MS) this.#samples.shift();
  }

  /** Frames per second with this outcome, over the last 10 s or as long as is known. */
  perSecond(outcome: Outcome, now: number): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.at <= now - WINDOW_MS) return 0;
    const more = Math.max(0, (last.outcomes[outcome] ?? 0) - (first.outcomes[outcome] ?? 0));
    return (1000 * more) / Math.min(WINDOW_MS, Math.max(MIN_INTERVAL_MS, last.at - first.at));
  }
}
