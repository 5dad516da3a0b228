import { percentile } from './percentile.ts';

const WINDOW_MS = 10_000;
const MAX_HISTORY_MS = 3_600_000;
const HISTORY_STEP_MS = 5000;

/** End-to-end latency, from capture to screen, measured in this browser over the last 10 s. Milliseconds. */
export class EndToEndLatency {
  #drawn: { at: number; latency: number }[] = [];
  #unsent: { camera_id: string; latency: number }[] = [];
  p50 = $state<number>();
  p95 = $state<number>();
  /** `[seconds since the epoch, p95 in milliseconds]`, of this visit. */
  history = $state.raw<[number, number][]>([]);

  drawn(camera_id: string, latency: number, at: number): void {
    this.#drawn.push({ at, latency });
    if (this.#unsent.length < 500) this.#unsent.push({ camera_id, latency });
  }

  /** What was drawn since the last call, for the server's histogram. */
  takeUnsent(): { camera_id: string; latency: number }[] {
    const latencies = this.#unsent;
    this.#unsent = [];
    return latencies;
  }

  refresh(now: number): void {
    this.#drawn = this.#drawn.filter(({ at }) => at > now - WINDOW_MS);
    const latencies = this.#drawn.map(({ latency }) => latency);
    this.p50 = percentile(latencies, 0.5);
    this.p95 = percentile(latencies, 0.95);
    const last = this.history.at(-1)?.[0] ?? 0;
    if (this.p95 === undefined || now - last * 1000 < HISTORY_STEP_MS) return;
    this.history = [...this.history.filter(([at]) => at * 1000 > now - MAX_HISTORY_MS), [now / 1000, this.p95]];
  }
}
