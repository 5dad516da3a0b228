import { hostname } from 'node:os';
import { type Logger, pino } from 'pino';
import type { Env } from './config.ts';

export type Log = Logger;

/**
 * A part's log, to standard error so that standard output stays a person's: JSON, a line an event.
 * `LOG_LEVEL` is one of pino's (default `info`; `silent` for none).
 */
export function createLog(name: string, env: Env = process.env): Log {
  return pino(
    {
      name,
      level: env.LOG_LEVEL || 'info',
      base: { name, node_id: nodeId(env) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: 2, sync: false }),
  );
}

/** Which replica this is: the pod's name on Kubernetes; else, as on faasd, the machine's or container's with the process's number. */
export const nodeId = (env: Env = process.env): string => env.NODE_ID || env.HOSTNAME || `${hostname()}-${process.pid}`;
