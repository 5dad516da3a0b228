import type { Gap } from '@framewire/contract';
import { Counter, type Log, type Registry } from '@framewire/runtime/telemetry';

/** What failed so long ago works again, seconds. */
const OVER = 10;
/** Each part is logged at most so often, seconds. */
const LOG_EVERY = 60;
const MAX_MESSAGE = 300;

/**
 * Parts of the diagnosis that fail themselves: a rule, a probe, the collecting of a snapshot. Each failure is caught, logged at a bounded rate,
 * counted, and shown beside the findings, so that nobody takes what was not looked at for well.
 */
export interface Gaps {
  /** Does the work; where it throws, takes the fallback. */
  guard<T>(what: string, fallback: T, work: () => T): T;
  failed(what: string, error: unknown): void;
  list(): Gap[];
}

/** @param clock milliseconds since the epoch. */
export function createGaps(options: { registry: Registry; log: Pick<Log, 'error'>; clock?: () => number }): Gaps {
  const { registry, log, clock = Date.now } = options;
  const failures = new Counter({
    name: 'cv_diagnosis_failures_total',
    help: 'Times that a part of the diagnosis failed itself: a rule, a probe, the collecting of a snapshot.',
    labelNames: ['what'],
    registers: [registry],
  });
  /** By part; as many as there are parts. */
  const seen = new Map<string, Gap & { lastAt: number; loggedAt: number }>();

  function failed(what: string, error: unknown): void {
    const now = clock() / 1000;
    const before = seen.get(what);
    const goesOn = before !== undefined && now - before.lastAt < OVER;
    const message = (error instanceof Error ? error.message : String(error)).slice(0, MAX_MESSAGE);
    const isLogged = before !== undefined && now - before.loggedAt < LOG_EVERY;
    failures.inc({ what });
    if (!isLogged) log.error({ err: error, what }, 'a part of the diagnosis failed');
    seen.set(what, {
      what,
      message,
      since: goesOn ? before.since : now,
      lastAt: now,
      loggedAt: isLogged ? before.loggedAt : now,
    });
  }

  return {
    failed,
    guard(what, fallback, work) {
      try {
        return work();
      } catch (error) {
        failed(what, error);
        return fallback;
      }
    },
    list: () =>
      [...seen.values()]
        .filter(({ lastAt }) => clock() / 1000 - lastAt < OVER)
        .map(({ what, message, since }) => ({ what, message, since })),
  };
}
