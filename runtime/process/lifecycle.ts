import { createLog, type Log } from '../telemetry/log.ts';
import { background } from './background.ts';
import { ConfigError, type Env } from './config.ts';
import { sleep, within } from './wait.ts';

let draining = false;

/** Whether this process ends: it works on, and is to be sent nothing new. */
export const isDraining = (): boolean => draining;

let runningName = '';

/** The name that `runProcess` was given; empty where it was not called, as in tests. */
export const processName = (): string => runningName;

export interface Life {
  env: Env;
  log: Log;
  /** Registers what ends a resource that was just opened. Run last in, first out. */
  onRelease(what: string, release: () => unknown): void;
}

/** How long a drain may take before the process ends anyway, unless `DRAIN_MS` says otherwise. */
const DRAIN_MS = 25_000;

/**
 * Runs a process: `main` opens what it needs and returns; the process lives until a signal.
 * The first SIGTERM or SIGINT drains (releasers in reverse), a second one ends it at once. A process that was forked drains when
 * its parent has exited, so that a parent that was killed leaves nothing behind. From the signal on it is not ready; with
 * `DRAIN_AFTER_MS` it still works on for so long after a SIGTERM, where whoever sends it requests only learns of that meanwhile.
 * A wrong setting ends the start with a line for each (exit code 2).
 */
export function runProcess(name: string, main: (life: Life) => Promise<void>, env: Env = process.env): void {
  runningName = name;
  const log = createLog(name, env);
  // the process that reads them may have exited
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const releasers: { what: string; release: () => unknown }[] = [];

  const drain = async (why: string, code: number) => {
    if (isDraining()) {
      log.warn({ why }, 'ending at once');
      process.exit(code || 1);
    }
    draining = true;
    log.info({ why }, 'draining');
    if (why === 'SIGTERM') await sleep(Number(env.DRAIN_AFTER_MS) || 0);
    try {
      await within(Number(env.DRAIN_MS) || DRAIN_MS, 'the drain', release());
    } catch (error) {
      log.error({ err: error }, 'drain cut short');
      code ||= 1;
    }
    log.info('ended');
    log.flush(() => process.exit(code));
  };

  const release = async () => {
    for (const { what, release } of releasers.reverse()) {
      try {
        await release();
      } catch (error) {
        log.error({ err: error, what }, 'could not be released');
      }
    }
  };

  const end = (why: string, code: number) => background(drain(why, code), log, 'draining');

  process.on('SIGTERM', () => end('SIGTERM', 0));
  process.on('SIGINT', () => end('SIGINT', 0));
  if (process.channel) {
    process.on('disconnect', () => end('the parent has exited', 0));
    process.channel.unref();
  }

  main({ env, log, onRelease: (what, release) => releasers.push({ what, release }) }).catch((error) => {
    if (error instanceof ConfigError) {
      process.stderr.write(`${error.problems.map((line) => `${name}: ${line}`).join('\n')}\n`);
      process.exit(2);
    }
    log.fatal({ err: error }, 'did not start');
    end('failed start', 1);
  });
}
