import type { ChannelModel } from 'amqplib';
import { backoff, sleep, TimeoutError, within } from '../../process/wait.ts';
import type { Log } from '../../telemetry/log.ts';
import { createRound } from './addresses.ts';
import { hasEnded } from './amqplib.ts';
import { destroy, openConnection } from './open.ts';
import { createPatience, type Patience } from './patience.ts';

/** A connection that lasted this long counts as healthy: after it the backoff starts from the beginning. Milliseconds. */
const SETTLED_MS = 10_000;
/** As long as the broker's farewell is waited for, milliseconds. */
const CLOSE_MS = 5_000;

/**
 * One AMQP connection that comes back: opened, watched, opened again until it is closed. With several nodes it goes to the next one at
 * once, and backs off after each has been tried.
 */
export interface ManagedConnection {
  /** The open connection; waits for one. Rejects when the signal aborts first. */
  ready(signal: AbortSignal): Promise<ChannelModel>;
  /**
   * Waits for an answer of the broker, as long as one may take at present. One that does not come ends the connection, which can no longer
   * be trusted. @throws TimeoutError, or what the call throws.
   */
  answer<T>(task: string, call: Promise<T>): Promise<T>;
  /** Ends the present connection, so that a new one is made: for when it can no longer be trusted. */
  reset(reason: string): void;
  /** A message that says what is wrong; undefined while the connection is up. */
  problem(): string | undefined;
  /** Why the broker takes no messages though it is there, in its words. */
  blocked(): string | undefined;
  /** Closes for good, the broker's farewell awaited. */
  close(): Promise<void>;
}

/** @param url one address or several, see `splitAddresses`. @param patience how long an answer may take; of its own by default. */
export function createManagedConnection(options: {
  url: string;
  name: string;
  log: Log;
  patience?: Patience;
}): ManagedConnection {
  const { url, name, log, patience = createPatience() } = options;
  const ending = new AbortController();
  const round = createRound(url);
  let model: ChannelModel | undefined;
  let problem: string | undefined = 'not connected yet';
  let blocked: string | undefined;
  let waiting: (() => void)[] = [];
  /** Why each address could not be connected to, as it was logged. */
  const said = new Map<string, string>();

  async function connectOnce(): Promise<void> {
    const answerMs = patience.ms;
    const opened = await openConnection(round.current, { name, answerMs, signal: ending.signal }).catch((error) => {
      if (error instanceof TimeoutError) patience.tooShort(answerMs);
      throw error;
    });
    const ended = new Promise<string>((resolve) => {
      let error: Error | undefined;
      opened.on('error', (e: Error) => {
        error = e;
      });
      opened.on('close', (e?: Error) => resolve((error ?? e)?.message ?? 'closed by the broker'));
      if (hasEnded(opened)) resolve('closed by the broker');
    });
    opened.on('blocked', (why: string) => {
      blocked = why;
      problem = `the broker takes no messages: ${why}`;
      log.warn({ connection: name, why }, 'blocked by the broker');
    });
    opened.on('unblocked', () => {
      blocked = undefined;
      problem = undefined;
      log.info({ connection: name }, 'unblocked');
    });
    model = opened;
    problem = undefined;
    said.clear();
    log.info({ connection: name, node: hostOf(round.current) }, 'connected to the broker');
    for (const wake of waiting.splice(0)) wake();
    if (ending.signal.aborted) destroy(opened, 'closed');
    const why = await ended;
    model = undefined;
    blocked = undefined;
    problem = why;
    if (!ending.signal.aborted) log.warn({ connection: name, node: hostOf(round.current), why }, 'lost the broker');
  }

  const loop = (async () => {
    for (let attempt = 0; !ending.signal.aborted; attempt++) {
      const start = Date.now();
      try {
        await connectOnce();
      } catch (error) {
        const why = (error as Error).message || String(error);
        const isNews = said.get(round.current) !== why;
        if (isNews && !ending.signal.aborted) log.warn({ connection: name, why }, 'cannot reach the broker');
        said.set(round.current, why);
        problem = why;
      }
      if (Date.now() - start > SETTLED_MS) attempt = 0;
      round.next(); // the last one may be away for good, and to learn that takes long
      const [rounds, tried] = [Math.floor(attempt / round.size), (attempt % round.size) + 1];
      if (tried === round.size) await sleep(backoff(rounds, 100, 2_000), ending.signal);
    }
  })();

  return {
    async ready(signal) {
      while (!model) {
        signal.throwIfAborted();
        await new Promise<void>((resolve) => {
          const wake = () => {
            signal.removeEventListener('abort', giveUp);
            resolve();
          };
          const giveUp = () => {
            waiting = waiting.filter((other) => other !== wake);
            resolve();
          };
          waiting.push(wake);
          signal.addEventListener('abort', giveUp, { once: true });
        });
      }
      return model;
    },
    async answer(task, call) {
      const limit = patience.ms;
      const asked = model;
      try {
        return await within(limit, task, call);
      } catch (error) {
        if (error instanceof TimeoutError) {
          patience.tooShort(limit);
          if (model === asked) destroy(asked, error.message);
        }
        throw error;
      }
    },
    reset: (reason) => destroy(model, reason),
    problem: () => problem,
    blocked: () => blocked,
    async close() {
      ending.abort();
      const open = model;
      if (open) await within(CLOSE_MS, 'closing', open.close()).catch(() => destroy(open, 'closing took too long'));
      await loop;
    },
  };
}

/** Without user and password. */
const hostOf = (url: string): string => new URL(url).host;
