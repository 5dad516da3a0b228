import { EXCHANGE, frameHeaders, frameId } from '@framewire/contract';
import type { Broker, Channel, ConsumeMessage, Consumer } from '@framewire/runtime/amqp';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';
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
/** A frame without a deadline is kept so long for its result, milliseconds. */
const KEEP_MS = 10_000;
/** And any frame at least so long: that of a frame which expired comes after its deadline. */
const KEEP_AT_LEAST_MS = 1_000;
/** Bytes held at most; the oldest frames go first. */
const MAX_BYTES = 256 * 1024 * 1024;

/** What of a frame's headers is wanted here: the rest is read with its outcome. */
const watchedHeaders = frameHeaders.pick({ camera_id: true, deadline_ms: true });

/** Frames of the cameras that somebody watches, each kept until its result or its deadline comes. */
export interface WatchedFrames {
  /** Whose frames are wanted from now on. */
  want(cameras: '*' | ReadonlySet<string>): void;
  /** Hands a frame out and forgets it; undefined while it is not here. */
  take(frameId: string): Uint8Array | undefined;
  /** Whether frames of this camera come at present, so that one which is missing is worth waiting for. */
  isFlowing(camera: string): boolean;
  /** One of this camera was waited for in vain. */
  missed(camera: string): void;
  /** Called with the camera at each frame. */
  onArrival(listener: (camera: string) => void): void;
  /** None is wanted any more. */
  close(): void;
}

interface Held {
  jpeg: Uint8Array;
  until: number;
}

/**
 * Connectors forward the frames of the cameras that are published as watched. They come by a private queue, bound to `watched_frames` for the
 * wanted cameras alone: a slow reader holds up nobody.
 */
export function createWatchedFrames(options: {
  broker: Broker;
  node_id: string;
  metrics: Metrics;
  log: Log;
}): WatchedFrames {
  const { broker, metrics, log } = options;
  const publisher = createWatchedPublisher(options);
  const held = new Map<string, Held>();
  let bytes = 0;
  const flowing = new Set<string>();
  let wanted = new Set<string>();
  let bound = new Set<string>();
  let consumer: Consumer | undefined;
  let changing: Promise<void> = Promise.resolve();
  let listener: (camera: string) => void = () => {};

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
      const { camera_id, deadline_ms } = watchedHeaders.parse(headers);
      const now = Date.now();
      const until = Math.max(deadline_ms ?? now + KEEP_MS, now + KEEP_AT_LEAST_MS);
      hold(frameId.parse(messageId), { jpeg: content, until });
      flowing.add(camera_id);
      listener(camera_id);
    } catch (error) {
      metrics.malformed.inc({ what: 'frame' });
      log.debug({ why: (error as Error).message.slice(0, 300) }, 'a malformed frame was passed over');
    }
    return 'ack' as const;
  }

  function hold(frameId: string, frame: Held): void {
    forget(frameId);
    held.set(frameId, frame);
    bytes += frame.jpeg.length;
    const now = Date.now();
    for (const [oldest, { until }] of held) {
      if (bytes <= MAX_BYTES && until > now) break;
      forget(oldest);
    }
  }

  function forget(frameId: string): void {
    bytes -= held.get(frameId)?.jpeg.length ?? 0;
    held.delete(frameId);
  }

  return {
    want(cameras) {
      publisher.want(cameras);
      wanted = new Set(cameras === '*' ? ['#'] : [...cameras].map((camera) => `*.${camera}`));
      if (wanted.size === 0) flowing.clear();
      if (!consumer && wanted.size > 0) {
        // what is wanted may have changed while the channel was set up
        const options = { queue: declare, prefetch: PREFETCH, exclusive: true, onDelivery, onOpen: bindWanted };
        consumer = broker.consume(options);
      }
      bindWanted();
    },
    take(frameId) {
      const frame = held.get(frameId);
      forget(frameId);
      return frame?.jpeg;
    },
    isFlowing: (camera) => flowing.has(camera),
    missed(camera) {
      flowing.delete(camera);
    },
    onArrival(next) {
      listener = next;
    },
    close: publisher.close,
  };
}

const difference = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].filter((each) => !b.has(each));
