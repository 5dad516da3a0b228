import { setMaxListeners } from 'node:events';
import type { Channel, ConsumeMessage } from 'amqplib';
import { background } from '../process/background.ts';
import { createStates } from '../process/states.ts';
import type { Log } from '../telemetry/log.ts';
import { hasEnded } from './connection/amqplib.ts';
import type { ManagedConnection } from './connection/managed-connection.ts';
import { manageChannel } from './managed-channel.ts';
import { createStreamAcks } from './stream/acks.ts';

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
  /** Called at each (re)start, for example for the offset in a stream. */
  arguments?: () => Record<string, unknown>;
  exclusive?: boolean;
  /** For a stream: acks so many deliveries at once, at most half of `prefetch`. `onDelivery` must answer `ack` in their order. */
  ackEvery?: number;
  /** @param closed aborts when the channel of the delivery has closed. The broker then delivers the message again. */
  onDelivery(delivery: ConsumeMessage, closed: AbortSignal): Promise<Settlement> | Settlement;
  /** Each time a channel is open. */
  onOpen?(): void;
}

/**
 * What a consumer is at:
 * - `opening`: there is no channel, or it is being set up;
 * - `consuming`: deliveries come;
 * - `paused`: its prefetch is 0;
 * - `cancelled`: the broker ended it, as it does when the queue is deleted. What is under way is settled on its channel, and another one
 *   is opened;
 * - `stopping`: it takes no more; what is under way finishes;
 * - `stopped`: nothing is under way, nothing comes.
 */
export type ConsumerState = 'opening' | 'consuming' | 'paused' | 'cancelled' | 'stopping' | 'stopped';

const NEXT: Record<ConsumerState, readonly ConsumerState[]> = {
  opening: ['opening', 'consuming', 'paused', 'cancelled', 'stopping'],
  consuming: ['consuming', 'paused', 'cancelled', 'opening', 'stopping'],
  paused: ['consuming', 'paused', 'opening', 'stopping'],
  cancelled: ['opening', 'stopping'],
  stopping: ['stopped'],
  stopped: [],
};

export interface Consumer {
  readonly state: ConsumerState;
  /** Takes effect for the next deliveries; those under way are not touched. */
  setPrefetch(count: number): Promise<void>;
  /** The open channel, for bindings; undefined while there is none. */
  readonly channel: Channel | undefined;
  /** The queue consumed from, once known. */
  readonly queue: string | undefined;
  /** Deliveries being worked on. */
  readonly busy: number;
  problem(): string | undefined;
  /** Takes no more deliveries, waits for those in progress, then closes. */
  stop(): Promise<void>;
}

/** A channel that consumes, with what it delivered. */
interface Attachment {
  channel: Channel;
  /** Aborts when the channel has closed. */
  closed: AbortController;
  /** What it consumes with; 0 while it does not. */
  prefetch: number;
  tag?: string;
  /** The call to consume in progress. */
  starting: Promise<void>;
  busy: Set<Promise<void>>;
  ack(delivery: ConsumeMessage): void;
  /** The channel is given up: nothing new starts on it. */
  retired: boolean;
}

export function createConsumer({
  connection,
  log,
  ...options
}: ConsumerOptions & { connection: ManagedConnection; log: Log }): Consumer {
  const state = createStates(NEXT, 'opening');
  let prefetch = options.prefetch;
  let queue = typeof options.queue === 'string' ? options.queue : undefined;
  let changing = Promise.resolve();
  let stopped: Promise<void> | undefined;
  /** Those whose channel is open, or that still work on something. */
  const attachments = new Map<Channel, Attachment>();
  const isStopping = () => state.now === 'stopping' || state.now === 'stopped';

  const managed = manageChannel<Channel>({
    connection,
    log,
    what: `consuming ${queue ?? 'a private queue'}`,
    open: (model) => model.createChannel(),
    async setup(channel, reset) {
      if (isStopping()) return;
      state.to('opening');
      const one = attach(channel);
      queue = typeof options.queue === 'string' ? options.queue : await options.queue(channel);
      if (prefetch > 0) await start(one, reset);
    },
    onOpen() {
      if (isStopping()) return;
      state.to(prefetch > 0 ? 'consuming' : 'paused');
      background(change(), log, 'changing the prefetch'); // it may have been asked for while the channel was set up
      options.onOpen?.();
    },
    drained,
    onLost(channel) {
      const one = attachments.get(channel);
      one?.closed.abort();
      if (one?.busy.size === 0) attachments.delete(channel);
    },
  });

  function attach(channel: Channel): Attachment {
    const starting = Promise.resolve();
    const closed = new AbortController();
    setMaxListeners(0, closed.signal); // each delivery may wait for it
    const one = {
      channel,
      closed,
      prefetch: 0,
      starting,
      busy: new Set<Promise<void>>(),
      ack: options.ackEvery
        ? createStreamAcks(channel, options.ackEvery)
        : (delivery: ConsumeMessage) => channel.ack(delivery),
      retired: false,
    };
    attachments.set(channel, one);
    return one;
  }

  function start(one: Attachment, reset: (reason: string) => void): Promise<void> {
    const begin = async () => {
      if (one.retired) throw new Error('the channel was given up');
      const { channel } = one;
      one.prefetch = prefetch;
      await channel.prefetch(one.prefetch); // applies to consumers that start after it
      const onMessage = (delivery: ConsumeMessage | null) => {
        if (delivery !== null) return take(one, delivery);
        if (!isStopping()) state.to('cancelled');
        reset(`the broker cancelled the consumer of ${queue}`);
      };
      const reply = await channel.consume(queue!, onMessage, {
        exclusive: options.exclusive ?? false,
        arguments: options.arguments?.(),
      });
      one.tag = reply.consumerTag;
    };
    one.starting = begin();
    return one.starting;
  }

  function take(one: Attachment, delivery: ConsumeMessage): void {
    const work = handle(one, delivery).finally(() => {
      one.busy.delete(work);
      if (one.busy.size === 0 && one.closed.signal.aborted) attachments.delete(one.channel);
    });
    one.busy.add(work);
  }

  /** Never rejects. */
  async function handle(one: Attachment, delivery: ConsumeMessage): Promise<void> {
    let settlement: Settlement;
    try {
      settlement = await options.onDelivery(delivery, one.closed.signal);
    } catch (error) {
      log.error({ err: error, queue }, 'a delivery could not be handled');
      settlement = 'retry';
    }
    try {
      settle(one, delivery, settlement);
    } catch {
      // the channel has closed: the broker delivers the message again
    }
  }

  /** Takes nothing more from a channel, and waits until all that it delivered is settled. */
  async function drained(channel: Channel): Promise<void> {
    const one = attachments.get(channel);
    if (!one) return;
    one.retired = true;
    await one.starting.catch(() => {});
    if (one.tag && !hasEnded(channel))
      await connection.answer('cancelling a consumer', channel.cancel(one.tag)).catch(() => {});
    while (one.busy.size > 0) await Promise.all(one.busy);
  }

  /** Applies the wanted prefetch to the open channel. A channel that opens later starts with it. */
  function change(): Promise<void> {
    changing = changing.then(async () => {
      const one = managed.current && attachments.get(managed.current);
      if (!one || one.retired || isStopping() || one.prefetch === prefetch) return;
      try {
        if (one.tag) await connection.answer(`cancelling the consumer of ${queue}`, one.channel.cancel(one.tag));
        one.tag = undefined;
        one.prefetch = 0;
        if (prefetch > 0) await connection.answer(`consuming ${queue}`, start(one, managed.reset));
        if (!isStopping() && managed.current === one.channel) state.to(prefetch > 0 ? 'consuming' : 'paused');
      } catch (error) {
        managed.reset((error as Error).message);
      }
    });
    return changing;
  }

  return {
    get state() {
      return state.now;
    },
    setPrefetch(count) {
      prefetch = count;
      return change();
    },
    get channel() {
      return managed.current;
    },
    get queue() {
      return queue;
    },
    get busy() {
      return [...attachments.values()].reduce((sum, { busy }) => sum + busy.size, 0);
    },
    problem: () => connection.problem() ?? managed.problem(),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };

  async function stop(): Promise<void> {
    state.to('stopping');
    await changing;
    await managed.close();
    state.to('stopped');
  }
}

/** The one place where an outcome becomes an answer to the broker, on the channel that delivered. */
function settle({ channel, ack }: Attachment, delivery: ConsumeMessage, settlement: Settlement): void {
  if (settlement === 'ack') ack(delivery);
  // since RabbitMQ 4.3 only a reject counts towards the delivery limit
  else if (settlement === 'retry') channel.reject(delivery, true);
  else if (settlement === 'release') channel.nack(delivery, false, true);
  else channel.reject(delivery, false);
}
