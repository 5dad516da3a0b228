import type { Socket } from 'node:net';
import { type ChannelModel, connect } from 'amqplib';
import type { Log } from '../log.ts';
import { backoff, sleep, within } from '../wait.ts';

/** Every call to the broker that has an answer is given this long: a broker that was just killed and restarted can leave one hanging. */
export const RPC_MS = 5_000;
/** Seconds. Two missed in a row end a half-open connection. */
const HEARTBEAT_S = 5;

/** One AMQP connection that comes back: opened, watched, opened again with back-off until it is closed. */
export interface Link {
  /** The open connection; waits for one. Rejects when the signal aborts first. */
  ready(signal: AbortSignal): Promise<ChannelModel>;
  /** Ends the present connection, so that a new one is made: for when it can no longer be trusted. */
  reset(reason: string): void;
  /** What is wrong, in words; undefined while it is up. */
  problem(): string | undefined;
  /** Closes for good, the broker's farewell awaited. */
  close(): Promise<void>;
}

export function createLink({ url, name, log }: { url: string; name: string; log: Log }): Link {
  const ending = new AbortController();
  let model: ChannelModel | undefined;
  let problem: string | undefined = 'not connected yet';
  let waiting: (() => void)[] = [];

  async function connectOnce(): Promise<void> {
    const opening = connect(withHeartbeat(url), {
      noDelay: true, // without it a confirm waits 40 ms for a delayed ACK
      timeout: RPC_MS,
      clientProperties: { connection_name: name },
    });
    let abandoned = false;
    opening.then(
      (late) => {
        if (abandoned) destroy(late, 'came too late');
      },
      () => {},
    );
    const opened = await within(RPC_MS + 1_000, 'connecting', opening).catch((error) => {
      abandoned = true;
      throw error;
    });
    const ended = new Promise<string>((resolve) => {
      let error: Error | undefined;
      opened.on('error', (e: Error) => {
        error = e; // without a listener it would end the process
      });
      opened.on('close', (e?: Error) => resolve((error ?? e)?.message ?? 'closed by the broker'));
    });
    opened.on('blocked', (why: string) => {
      problem = `the broker takes no messages: ${why}`;
      log.warn({ link: name, why }, 'blocked by the broker');
    });
    opened.on('unblocked', () => {
      problem = undefined;
      log.info({ link: name }, 'unblocked');
    });
    model = opened;
    problem = undefined;
    log.info({ link: name }, 'connected to the broker');
    for (const wake of waiting.splice(0)) wake();
    if (ending.signal.aborted) destroy(opened, 'closed');
    const why = await ended;
    model = undefined;
    problem = why;
    if (!ending.signal.aborted) log.warn({ link: name, why }, 'lost the broker');
  }

  const loop = (async () => {
    for (let attempt = 0; !ending.signal.aborted; attempt++) {
      try {
        await connectOnce();
        attempt = 0;
      } catch (error) {
        problem = (error as Error).message || String(error);
        if (attempt === 0) log.warn({ link: name, why: problem }, 'cannot reach the broker');
      }
      await sleep(backoff(attempt, 100, 2_000), ending.signal);
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
    reset: (reason) => destroy(model, reason),
    problem: () => problem,
    async close() {
      ending.abort();
      const open = model;
      if (open) await within(RPC_MS, 'closing', open.close()).catch(() => destroy(open, 'closing took too long'));
      await loop;
    },
  };
}

/** amqplib reads the heartbeat from the URL alone; in the socket options it is ignored. */
function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(HEARTBEAT_S));
  return parsed.href;
}

/** Ends a connection without a farewell. The error makes amqplib tell its channels. */
function destroy(model: ChannelModel | undefined, reason: string): void {
  (model?.connection as unknown as { stream: Socket } | undefined)?.stream.destroy(new Error(reason));
}
