import type { Channel, ChannelModel } from 'amqplib';
import { backoff, sleep, within } from '../process/wait.ts';
import type { Log } from '../telemetry/log.ts';
import { hasEnded } from './connection/amqplib.ts';
import type { ManagedConnection } from './connection/managed-connection.ts';

/** How long to wait for the broker to confirm that a channel is closed, milliseconds. */
const CLOSE_MS = 5_000;

/** A channel that comes back: a channel error (a queue that is missing, say) ends it alone, and it is opened again. */
export interface ManagedChannel<C extends Channel> {
  readonly current: C | undefined;
  problem(): string | undefined;
  /** Gives up the open channel, so that a new one is opened. */
  reset(reason: string): void;
  /** Resolves when every channel is closed. */
  close(): Promise<void>;
}

export interface ManagedChannelOptions<C extends Channel> {
  connection: ManagedConnection;
  log: Log;
  what: string;
  /** Opens the channel. A call that the broker does not answer in time, here or in `setup`, ends the whole connection. */
  open: (model: ChannelModel) => Promise<C>;
  /** Declares, consumes, ...: runs each time before the channel counts as open. */
  setup?: (channel: C, reset: (reason: string) => void) => Promise<void>;
  /** Called when the channel counts as open. */
  onOpen?: () => void;
  /**
   * What has to end before a channel that was given up is closed. The next one is opened meanwhile; without it, only when this one is
   * closed.
   */
  drained?: (channel: C) => Promise<void>;
  /** Called once for each channel, with the reason, as soon as it has closed. */
  onLost?: (channel: C, reason: string) => void;
}

export function manageChannel<C extends Channel>(options: ManagedChannelOptions<C>): ManagedChannel<C> {
  const { connection, log, what } = options;
  const ending = new AbortController();
  const closings = new Set<Promise<void>>();
  let current: C | undefined;
  let problem: string | undefined = 'not open yet';
  let resetCurrent: ((reason: string) => void) | undefined;

  async function openOnce(): Promise<void> {
    const model = await connection.ready(ending.signal);
    const channel = await connection.answer(`opening a channel for ${what}`, options.open(model));
    const onConnectionClose = () => resetCurrent?.(connection.problem() ?? 'the connection closed');
    model.once('close', onConnectionClose);
    let error: Error | undefined;
    channel.on('error', (e: Error) => {
      error = e;
    });
    let isReported = false;
    const lost = () => {
      if (!isReported) options.onLost?.(channel, error?.message ?? connection.problem() ?? 'closed');
      isReported = true;
    };
    const ended = new Promise<string>((resolve) => {
      channel.once('close', () => {
        resolve(error?.message ?? connection.problem() ?? 'closed');
        lost();
      });
      resetCurrent = resolve;
      if (ending.signal.aborted || hasEnded(channel)) resolve('closed'); // while it was being opened
    });
    try {
      const failed = ended.then((reason) => Promise.reject(new Error(reason)));
      failed.catch(() => {});
      await Promise.race([
        connection.answer(`setting up ${what}`, options.setup?.(channel, resetCurrent!) ?? Promise.resolve()),
        failed,
      ]);
      current = channel;
      problem = undefined;
      options.onOpen?.();
      problem = await ended;
    } finally {
      current = undefined;
      resetCurrent = undefined;
      model.off('close', onConnectionClose);
      const closing = farewell(channel).finally(lost);
      closings.add(closing);
      closing.finally(() => closings.delete(closing)).catch(() => {});
      if (!options.drained) await closing;
    }
  }

  /** Never rejects. */
  async function farewell(channel: C): Promise<void> {
    await options
      .drained?.(channel)
      .catch((error) => log.error({ err: error, what }, 'a channel could not be drained'));
    await closeChannel(channel);
  }

  const loop = (async () => {
    for (let attempt = 0; !ending.signal.aborted; attempt++) {
      const start = Date.now();
      try {
        await openOnce();
      } catch (error) {
        if (ending.signal.aborted) break;
        const reason = (error as Error).message;
        if (reason !== problem) log.warn({ what, why: reason }, 'channel could not be opened');
        problem = reason;
      }
      if (Date.now() - start > 10_000) attempt = 0;
      await sleep(backoff(attempt, 50, 2_000), ending.signal);
    }
  })();

  return {
    get current() {
      return current;
    },
    problem: () => problem,
    reset: (reason) => resetCurrent?.(reason),
    async close() {
      ending.abort();
      resetCurrent?.('closed');
      await loop;
      await Promise.all(closings);
    },
  };
}

/** There is no answer if it is closed already or its connection ends meanwhile. */
async function closeChannel(channel: Channel): Promise<void> {
  if (hasEnded(channel)) return;
  const closed = new Promise<void>((resolve) => channel.once('close', resolve));
  await within(CLOSE_MS, 'closing a channel', Promise.race([channel.close(), closed])).catch(() => {});
}
