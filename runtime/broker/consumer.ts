import type { Channel, ConsumeMessage } from 'amqplib';
import { background } from '../background.ts';
import type { Log } from '../log.ts';
import { keepChannel } from './kept-channel.ts';
import type { Link } from './link.ts';

/**
 * What becomes of a delivery:
 * - `ack`: done with;
 * - `retry`: it failed; deliver it again, up to the delivery limit;
 * - `release`: we could not take it, through no fault of its own; deliver it again;
 * - `dead-letter`: give it to the dead letter exchange.
 */
export type Settlement = 'ack' | 'retry' | 'release' | 'dead-letter';

export interface ConsumerOptions {
  /** A queue's name, or what declares one (a private queue) each time the channel is opened. */
  queue: string | ((channel: Channel) => Promise<string>);
  /** Deliveries at once; 0 pauses the consumer. */
  prefetch: number;
  /** Read anew at each (re)start: a stream's offset, say. */
  arguments?: () => Record<string, unknown>;
  exclusive?: boolean;
  /** @param gone aborts when the channel that delivered has ended: the broker gives the message to somebody again. */
  onDelivery(delivery: ConsumeMessage, gone: AbortSignal): Promise<Settlement> | Settlement;
  /** Each time a channel is open. */
  onOpen?(): void;
}

export interface Consumer {
  /** Takes effect for the next deliveries; those under way are not touched. */
  setPrefetch(count: number): Promise<void>;
  /** The open channel, for bindings; undefined while there is none. */
  readonly channel: Channel | undefined;
  /** The queue consumed from, once known. */
  readonly queue: string | undefined;
  /** Deliveries being worked on. */
  readonly busy: number;
  problem(): string | undefined;
  /** Takes no more, waits for the deliveries under way, closes. */
  stop(): Promise<void>;
}

export function createConsumer({ link, log, ...options }: ConsumerOptions & { link: Link; log: Log }): Consumer {
  let prefetch = options.prefetch;
  /** What the present channel consumes with; 0 while it does not. */
  let begun = 0;
  let tag: string | undefined;
  let queue = typeof options.queue === 'string' ? options.queue : undefined;
  let stopping = false;
  let changing = Promise.resolve();
  let gone = new AbortController();
  const busy = new Set<Promise<void>>();

  const kept = keepChannel<Channel>({
    link,
    log,
    what: `consuming ${queue ?? 'a private queue'}`,
    open: (model) => model.createChannel(),
    onLost: () => gone.abort(),
    onOpen() {
      background(change(), log, 'changing the prefetch'); // it may have been asked for while the channel was set up
      options.onOpen?.();
    },
    async setup(channel, reset) {
      gone.abort(); // an earlier channel may have delivered and ended before it counted as open
      gone = new AbortController();
      tag = undefined;
      begun = 0;
      queue = typeof options.queue === 'string' ? options.queue : await options.queue(channel);
      if (prefetch > 0 && !stopping) tag = await start(channel, reset);
    },
  });

  async function start(channel: Channel, reset: (reason: string) => void): Promise<string> {
    begun = prefetch;
    await channel.prefetch(begun); // applies to consumers that start after it
    const { signal } = gone;
    const onMessage = (delivery: ConsumeMessage | null) => {
      if (delivery === null) return reset(`the broker cancelled the consumer of ${queue}`);
      const work = handle(channel, delivery, signal).finally(() => busy.delete(work));
      busy.add(work);
    };
    const reply = await channel.consume(queue!, onMessage, {
      exclusive: options.exclusive ?? false,
      arguments: options.arguments?.(),
    });
    return reply.consumerTag;
  }

  async function handle(channel: Channel, delivery: ConsumeMessage, signal: AbortSignal): Promise<void> {
    let settlement: Settlement;
    try {
      settlement = await options.onDelivery(delivery, signal);
    } catch (error) {
      log.error({ err: error, queue }, 'a delivery could not be handled');
      settlement = 'retry';
    }
    try {
      settle(channel, delivery, settlement);
    } catch {
      // the channel is gone, and with it the delivery: the broker gives it to somebody again
    }
  }

  /** Brings the open channel in line with the prefetch that is wanted; a channel that is opened anew begins with it. */
  function change(): Promise<void> {
    changing = changing.then(async () => {
      const channel = kept.current;
      if (!channel || stopping || begun === prefetch) return;
      try {
        if (tag) await link.answer(`cancelling the consumer of ${queue}`, channel.cancel(tag));
        tag = undefined;
        begun = 0;
        if (prefetch > 0) tag = await link.answer(`consuming ${queue}`, start(channel, kept.reset));
      } catch (error) {
        kept.reset((error as Error).message);
      }
    });
    return changing;
  }

  return {
    setPrefetch(count) {
      prefetch = count;
      return change();
    },
    get channel() {
      return kept.current;
    },
    get queue() {
      return queue;
    },
    get busy() {
      return busy.size;
    },
    problem: () => link.problem() ?? kept.problem(),
    async stop() {
      stopping = true;
      await changing;
      const channel = kept.current;
      if (channel && tag) await link.answer('cancelling', channel.cancel(tag)).catch(() => {});
      await Promise.allSettled([...busy]);
      await kept.close();
    },
  };
}

/** The one place where an outcome becomes an answer to the broker, on the channel that delivered. */
function settle(channel: Channel, delivery: ConsumeMessage, settlement: Settlement): void {
  if (settlement === 'ack') channel.ack(delivery);
  // since RabbitMQ 4.3 only a reject counts towards the delivery limit
  else if (settlement === 'retry') channel.reject(delivery, true);
  else if (settlement === 'release') channel.nack(delivery, false, true);
  else channel.reject(delivery, false);
}
