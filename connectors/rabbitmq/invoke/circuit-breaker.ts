import { backoff, createStates, sleep } from '@framewire/runtime/process';

/**
 * - `closed`: invocations get through, and each gets a permit;
 * - `open`: the function cannot be reached; until a pause is over nobody gets a permit;
 * - `half-open`: one trial is under way, and the others wait for its result.
 */
export type CircuitState = 'closed' | 'open' | 'half-open';

const NEXT: Record<CircuitState, readonly CircuitState[]> = {
  closed: ['open'],
  open: ['half-open', 'closed'],
  'half-open': ['closed', 'open'],
};

/** Pause after the first failure, doubled by each trial that fails, milliseconds. */
const FIRST_PAUSE_MS = 25;
const MAX_PAUSE_MS = 2_000;

/** Leave to invoke. It ends by exactly one of `onSuccess`, `onFailure` and `release`. */
export interface Permit {
  trial: boolean;
}

/** Keeps the frames of a subscription from invoking, all together and again and again, a function that is known to be away. */
export interface CircuitBreaker {
  readonly state: CircuitState;
  /** Waits for a permit. Undefined when `until` (milliseconds since the epoch) came first, `cancelled` aborted or the breaker ended. */
  acquire(until: number, cancelled?: AbortSignal): Promise<Permit | undefined>;
  /** The invocation got through. */
  onSuccess(): void;
  /** The invocation reached nobody. @param retryAfterMs the least pause, as the gateway asked for it. */
  onFailure(permit: Permit, retryAfterMs?: number): void;
  /** There was no invocation: the next one may be the trial. */
  release(permit: Permit): void;
}

/** @param ending aborts when nobody needs a permit any more: whoever waits for one gets none. */
export function createCircuitBreaker(ending: AbortSignal): CircuitBreaker {
  const state = createStates(NEXT, 'closed');
  /** In a row. */
  let failures = 0;
  let retryAt = 0;
  /** Aborts at the next change of the state, which wakes all who wait. */
  let changed = new AbortController();

  function to(next: CircuitState): void {
    state.to(next);
    changed.abort();
    changed = new AbortController();
  }

  return {
    get state() {
      return state.now;
    },
    async acquire(until, cancelled) {
      for (;;) {
        const now = Date.now();
        if (now >= until || ending.aborted || cancelled?.aborted) return undefined;
        if (state.now === 'closed') return { trial: false };
        if (state.now === 'open' && now >= retryAt) {
          state.to('half-open');
          return { trial: true };
        }
        const wakeAt = state.now === 'open' ? Math.min(until, retryAt) : until;
        await sleep(wakeAt - now, ending, cancelled, changed.signal);
      }
    },
    onSuccess() {
      failures = 0;
      if (state.now !== 'closed') to('closed');
    },
    onFailure({ trial }, retryAfterMs = 0) {
      // what left before the circuit opened finds no more than is known
      if (state.now === 'open' || (state.now === 'half-open' && !trial)) return;
      retryAt = Date.now() + Math.max(backoff(failures, FIRST_PAUSE_MS, MAX_PAUSE_MS), retryAfterMs);
      failures++;
      to('open');
    },
    release({ trial }) {
      if (trial && state.now === 'half-open') to('open');
    },
  };
}
