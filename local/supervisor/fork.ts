import { type ChildProcess, fork } from 'node:child_process';
import { closeSync } from 'node:fs';
import { openLog } from './spawn.ts';

/** One of our own processes: a built `main.js`. */
export interface Part {
  /** Path of the built file. */
  file: string;
  args?: string[];
  env: Record<string, string>;
  /** File that takes its output. */
  log: string;
}

/**
 * Forks it with a channel to us: it reports its port, and drains when the channel closes because this process has exited.
 * In a process group of its own, so that Ctrl-C in a terminal reaches us alone and we end things in order.
 */
export function forkPart({ file, args = [], env, log }: Part): ChildProcess {
  const output = openLog(log);
  try {
    return fork(file, args, {
      env,
      detached: true,
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', output, output, 'ipc'],
    });
  } finally {
    closeSync(output);
  }
}

/** What a part gets of our environment besides: OpenTelemetry's own variables, and what is traced. */
export const telemetryEnv = (env: Record<string, string | undefined> = process.env): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => /^(OTEL_|TRACES_)/.test(entry[0]) && entry[1] !== undefined,
    ),
  );
