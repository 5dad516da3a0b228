import { backoff } from '@framewire/runtime/process';

/** Leave to invoke. A probe goes alone, to see whether the others may follow. */
export interface Pass {
  probe: boolean;
}

/**
 * Keeps a subscription's deliveries from calling, all together and again and again, what is known to be away: while it is shut, one
 * goes as a probe after each pause, and the rest wait for what it finds.
 */
export interface Gate {
  /** Undefined when `until` (milliseconds since the epoch) came first, `leaving` aborted, or the gate was ended. */
  enter(until: number, leaving?: AbortSignal): Promise<Pass | undefined>;
  /** The call got through. */
  open(): void;
  /** The call found nobody. @param retryAfterMs what it was told to wait, at least. */
  shut(pass: Pass, retryAfterMs?: number): void;
  /** There was no call after all: the next one may go as the probe. */
  leave(pass: Pass): void;
  readonly isShut: boolean;
}

/** @param ending lets go everyone who waits. */
export function createGate(ending: AbortSignal): Gate {
  let failures = 0;
  let retryAt = 0;
  let probing = false;
  const waiting = new Set<() => void>();
  const wakeAll = () => {
    for (const wake of [...waiting]) wake();
  };
  ending.addEventListener('abort', wakeAll);

  const waitForChange = (ms: number, leaving?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        leaving?.removeEventListener('abort', wake);
        waiting.delete(wake);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(ms, 2 ** 31 - 1));
      waiting.add(wake);
      leaving?.addEventListener('abort', wake, { once: true });
    });

  return {
    async enter(until, leaving) {
      for (;;) {
        const now = Date.now();
        if (now >= until || ending.aborted || leaving?.aborted) return undefined;
        if (failures === 0) return { probe: false };
        if (!probing && now >= retryAt) {
          probing = true;
          return { probe: true };
        }
        await waitForChange(Math.min(until, probing ? until : retryAt) - now, leaving);
      }
    },
    open() {
      failures = 0;
      probing = false;
      wakeAll();
    },
    shut({ probe }, retryAfterMs = 0) {
      if (failures > 0 && !probe) return; // it left before the gate was shut, and finds what is known
      retryAt = Date.now() + Math.max(backoff(failures, 25, 2_000), retryAfterMs);
      failures++;
      probing = false;
      wakeAll();
    },
    leave({ probe }) {
      if (!probe) return;
      probing = false;
      wakeAll();
    },
    get isShut() {
      return failures > 0;
    },
  };
}
