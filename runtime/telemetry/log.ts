import { hostname } from 'node:os';
import { type Logger, pino } from 'pino';
import type { Env } from '../process/config.ts';
import { createLogOutput } from './log-output.ts';

export type Log = Logger;

const STANDARD_ERROR = 2;

/**
 * A part's log, to standard error so that standard output stays a person's: JSON, a line an event.
 * `LOG_LEVEL` is one of pino's (default `info`; `silent` for none). Lines that cannot be written, as on a full disk, are kept up to
 * 1 MiB and then dropped; a line says so once it is over.
 */
export function createLog(name: string, env: Env = process.env): Log {
  const output = createLogOutput(STANDARD_ERROR, (gap) => log.warn(gap, 'the log could not be written for a while'));
  const log = pino(
    {
      name,
      level: env.LOG_LEVEL || 'info',
      base: { name, node_id: nodeId(env) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    output,
  );
  process.on('exit', output.flushSync);
  return log;
}

/** Which replica this is: the pod's name on Kubernetes; else, as on faasd, the machine's or container's with the process's number. */
export const nodeId = (env: Env = process.env): string => env.NODE_ID || env.HOSTNAME || `${hostname()}-${process.pid}`;
