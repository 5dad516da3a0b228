import { EXCHANGE, frameHeaders, frameId } from '@framewire/contract';
import type { Broker, Channel, ConsumeMessage, Consumer } from '../amqp/session.ts';
import type { Log } from '../telemetry/log.ts';
import { createWatchedPublisher } from './watched-publisher.ts';

/** What the private queue holds at most: its oldest frames go first. */
const QUEUE_ARGUMENTS = {
  // where a vhost's default type is quorum, a private queue must say that it is none
  'x-queue-type': 'classic',
  'x-max-length': 500,
  'x-max-length-bytes': 64 * 1024 * 1024,
  'x-overflow': 'drop-head',
};
const PREFETCH = 100;

/** What of a frame's headers is wanted here: the rest is read with its outcome. */
const watchedHeaders = frameHeaders.pick({ camera_id: true, captured_at: true, deadline_ms: true });

export interface WatchedFrame {
  frame_id: string;
  camera_id: string;
  /** Milliseconds since the epoch. */
  captured_at: number;
  deadline_ms?: number;
  jpeg: Uint8Array;
}

/** Frames of the cameras that are wanted here, as connectors forward them. */
export interface WatchedSubscription {
  /** Whose frames are wanted from now on. */
  want(cameras: '*' | ReadonlySet<string>): void;
  /** None is wanted any more. */
  close(): void;
}

/**
 * Connectors forward the frames of the cameras that are published as watched. They come by a private queue, bound to `watched_frames` for
 * the wanted cameras alone: a slow reader holds up nobody.
 */
export function subscribeToWatched(options: {
  broker: Broker;
  node_id: string;
  onFrame(frame: WatchedFrame): void;
  onMalformed?(): void;
  log: Log;
}): WatchedSubscription {
  const { broker, onFrame, log } = options;
  const publisher = createWatchedPublisher(options);
  let wanted = new Set<string>();
  let bound = new Set<string>();
  let consumer: Consumer | undefined;
  let changing: Promise<void> = Promise.resolve();

  async function declare(channel: Channel): Promise<string> {
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, arguments: QUEUE_ARGUMENTS });
    bound = new Set(wanted);
    for (const key of bound) await channel.bindQueue(queue, EXCHANGE.watchedFrames, key);
    return queue;
  }

  /** Applies the wanted bindings to the open queue. A queue that opens later starts with them. */
  async function rebind(): Promise<void> {
    const { channel, queue } = consumer ?? {};
    if (!channel || !queue) return;
    const [more, less] = [difference(wanted, bound), difference(bound, wanted)];
    bound = new Set(wanted);
    for (const key of more) await channel.bindQueue(queue, EXCHANGE.watchedFrames, key);
    for (const key of less) await channel.unbindQueue(queue, EXCHANGE.watchedFrames, key);
  }

  function bindWanted(): void {
    changing = changing.then(rebind).catch((error) => {
      // the channel ended: the next one binds what is wanted then
      log.debug({ err: error }, 'bindings of the queue of watched frames could not be changed');
    });
  }

  function onDelivery({ content, properties }: ConsumeMessage) {
    try {
      const { messageId, headers = {} } = properties;
      onFrame({ frame_id: frameId.parse(messageId), jpeg: content, ...watchedHeaders.parse(headers) });
    } catch (error) {
      options.onMalformed?.();
      log.debug({ why: (error as Error).message.slice(0, 300) }, 'a malformed frame was passed over');
    }
    return 'ack' as const;
  }

  return {
    want(cameras) {
      publisher.want(cameras);
      wanted = new Set(cameras === '*' ? ['#'] : [...cameras].map((camera) => `*.${camera}`));
      if (!consumer && wanted.size > 0) {
        // what is wanted may have changed while the channel was set up
        const options = { queue: declare, prefetch: PREFETCH, exclusive: true, onDelivery, onOpen: bindWanted };
        consumer = broker.consume(options);
      }
      bindWanted();
    },
    close: publisher.close,
  };
}

const difference = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].filter((each) => !b.has(each));
