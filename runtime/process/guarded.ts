import { background, type FailureLog } from './background.ts';

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
