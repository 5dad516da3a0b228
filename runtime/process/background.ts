import { Counter } from 'prom-client';

/** Shared by all registries of the process: `createRegistry` shows it. */
export const backgroundFailures = new Counter({
  name: 'background_failures_total',
  help: 'Work that nobody waits for and that failed. The log says why.',
  labelNames: ['task'],
  registers: [],
});

/** As much of a log as a failure needs. */
export interface FailureLog {
  error(details: { err: unknown; task: string }, message: string): void;
}

/**
 * Owns a promise that nobody waits for: a failure is logged and counted, and cannot end the process as an unhandled rejection.
 * Use it in place of a bare `void promise`.
 * @param task what failed, a few fixed words: it is a label of the counter.
 */
export function background(promise: PromiseLike<unknown>, log: FailureLog, task: string): void {
  promise.then(undefined, (err: unknown) => {
    backgroundFailures.inc({ task });
    log.error({ err, task }, 'background work failed');
  });
}

/**
 * Wraps a callback whose exceptions nobody can catch, as of a timer or an event: what it throws, or what its promise rejects with, is
 * logged and counted like any background failure, and does not end the process.
 * @param task what failed, a few fixed words.
 */
export function guarded<A extends unknown[]>(
  callback: (...args: A) => unknown,
  log: FailureLog,
  task: string,
): (...args: A) => void {
  return (...args) => {
    try {
      const result = callback(...args);
      if (result instanceof Promise) background(result, log, task);
    } catch (error) {
      background(Promise.reject(error), log, task);
    }
  };
}

/**
 * Does something now and then again and again, one turn at a time: a turn that is due while the last one still runs is skipped. A turn
 * that fails, by an exception or a promise, is logged and counted, and the next one follows. Does not keep the process alive.
 * @param everyMs milliseconds from turn to turn.
 * @returns what ends it.
 */
export function repeat(work: () => unknown, everyMs: number, log: FailureLog, task: string): () => void {
  let running = false;
  const turn = async () => {
    if (running) return;
    running = true;
    try {
      await work();
    } finally {
      running = false;
    }
  };
  const timer = setInterval(() => background(turn(), log, task), everyMs).unref();
  background(turn(), log, task);
  return () => clearInterval(timer);
}
