import type { CameraView } from '@framewire/contract';

/** Over how long a loss is news, milliseconds. */
export const LOSS_WINDOW = 10_000;

interface Sample {
  at: number;
  since: number;
  outcomes: Record<string, number>;
}

/** How many frames of one camera ended in each way within the last seconds, from the running counts that the server tells. */
export class Losses {
  #samples: Sample[] = [];

  add(view: Pick<CameraView, 'outcomes' | 'counted_since'>, at: number): void {
    const { outcomes, counted_since: since } = view;
    // Another replica, or one that began anew, counts from another start.
    if (this.#samples.at(-1)?.since !== since) this.#samples = [];
    this.#samples.push({ at, since, outcomes });
    // One sample from before the window stays: it is what the count is compared with.
    while (this.#samples[1] && this.#samples[1].at <= at - LOSS_WINDOW) this.#samples.shift();
  }

  /** Frames in the window that ended so. */
  count(outcome: string, now: number): number {
    const last = this.#samples.at(-1);
    if (!last || last.at <= now - LOSS_WINDOW) return 0;
    return Math.max(0, (last.outcomes[outcome] ?? 0) - (this.#samples[0]!.outcomes[outcome] ?? 0));
  }
}
