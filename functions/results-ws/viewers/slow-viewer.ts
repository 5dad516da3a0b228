import { sleep } from '@framewire/runtime/process';
import type { Metrics } from '../metrics.ts';
import type { Transport } from './transport.ts';

/** A viewer with more than this unsent is sent no frames, bytes. */
const FRAMES_BELOW = 256 * 1024;
/** A viewer with more than this unsent is sent nothing until that has left; then it gets what it missed, in order. */
export const ANYTHING_BELOW = 1024 * 1024;
/** Cameras for which it is remembered how many frames a viewer was not sent; the first are forgotten. */
const MAX_SKIPPED_CAMERAS = 1_000;
/** How often a full connection is looked at again, milliseconds: at first, and where it stays full. */
export const POLL_MS = 50;
const MAX_POLL_MS = 1_000;

/** What a viewer loses whose connection is too slow: first frames, which are counted, then everything, until it has caught up. */
export interface SlowViewer {
  readonly takesFrames: boolean;
  readonly takesAnything: boolean;
  /** Resolves when there is room for frames again, or the signal aborts. */
  room(signal: AbortSignal): Promise<void>;
  /** Counts a frame that was not sent. */
  skip(camera: string): void;
  /** The counts by camera, where they changed since the last call. */
  takeSkipped(): Record<string, number> | undefined;
}

export function createSlowViewer(transport: Transport, metrics: Pick<Metrics, 'skipped'>): SlowViewer {
  const skipped = new Map<string, number>();
  let changed = false;

  return {
    get takesFrames() {
      return transport.buffered <= FRAMES_BELOW;
    },
    get takesAnything() {
      return transport.buffered <= ANYTHING_BELOW;
    },
    async room(signal) {
      for (let wait = POLL_MS; !this.takesFrames && !signal.aborted; wait = Math.min(2 * wait, MAX_POLL_MS))
        await sleep(wait, signal);
    },
    skip(camera) {
      skipped.set(camera, (skipped.get(camera) ?? 0) + 1);
      if (skipped.size > MAX_SKIPPED_CAMERAS) skipped.delete(skipped.keys().next().value!);
      changed = true;
      metrics.skipped.inc();
    },
    takeSkipped() {
      if (!changed) return undefined;
      changed = false;
      return Object.fromEntries(skipped);
    },
  };
}
