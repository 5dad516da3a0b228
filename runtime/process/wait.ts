import { setTimeout as delay } from 'node:timers/promises';

/** Node's timers take no more: a longer one fires at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Waits, at most 24 days, and ends early (without an error) as soon as one of the signals does: the caller looks at them. */
export function sleep(ms: number, ...signals: (AbortSignal | undefined)[]): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, Math.min(ms, MAX_TIMEOUT_MS));
    for (const signal of signals) signal?.addEventListener('abort', wake, { once: true });
    if (signals.some((signal) => signal?.aborted)) wake();
  });
}

/** The promise's value, or an Error that says what took too long. The work itself goes on. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(`${what} took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export class TimeoutError extends Error {
  override name = 'TimeoutError';
}

/** Polls until `check` gives something true. @throws TimeoutError that names what was waited for. */
export async function waitFor<T>(
  what: string,
  check: () => T | Promise<T>,
  { timeout = 20_000, every = 50 } = {},
): Promise<NonNullable<T>> {
  const end = Date.now() + timeout;
  let last: unknown;
  for (;;) {
    try {
      const value = await check();
      if (value) return value as NonNullable<T>;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end)
      throw new TimeoutError(`${what} did not come within ${timeout} ms${last ? `: ${(last as Error).message}` : ''}`);
    await delay(every);
  }
}

/** What makes pieces of work wait for one another: each begins when the one before it has ended, well or not. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

/** Whether something may be done again: true at the first call, then for one call each `everyMs`. */
export function createThrottle(everyMs: number): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - last < everyMs) return false;
    last = now;
    return true;
  };
}

/** Doubling pauses with jitter: between half and all of min(max, first * 2^attempt) milliseconds. */
export function backoff(attempt: number, first = 100, max = 5_000): number {
  const top = Math.min(max, first * 2 ** Math.min(attempt, 20));
  return top / 2 + Math.random() * (top / 2);
}
