import { decodeTrackRecord, EXCHANGE, type TracksRecord } from '@framewire/contract';
import type { Broker, Channel, ConsumeMessage, Consumer } from '@framewire/runtime/amqp';
import { background } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';

/** What the private queue holds at most: its oldest records go first, since only the newest numbers are of use. */
const QUEUE_ARGUMENTS = {
  'x-queue-type': 'classic',
  'x-max-length': 500,
  'x-max-length-bytes': 16 * 1024 * 1024,
  'x-overflow': 'drop-head',
};
const PREFETCH = 100;

/** The tracks of the cameras that somebody watches, where track-objects runs. */
export interface WatchedTracks {
  /** Whose tracks are wanted from now on. */
  want(cameras: '*' | ReadonlySet<string>): void;
}

/** They come by a private queue, bound to `tracks` for the wanted cameras alone. @param onTracks called with each record, as it comes. */
export function createWatchedTracks(options: {
  broker: Broker;
  onTracks(record: TracksRecord): void;
  metrics: Metrics;
  log: Log;
}): WatchedTracks {
  const { broker, onTracks, metrics, log } = options;
  let wanted = new Set<string>();
  let bound = new Set<string>();
  let consumer: Consumer | undefined;
  let changing: Promise<void> = Promise.resolve();

  async function declare(channel: Channel): Promise<string> {
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, arguments: QUEUE_ARGUMENTS });
    bound = new Set(wanted);
    for (const key of bound) await channel.bindQueue(queue, EXCHANGE.tracks, key);
    return queue;
  }

  /** Applies the wanted bindings to the open queue. A queue that opens later starts with them. */
  async function rebind(): Promise<void> {
    const { channel, queue } = consumer ?? {};
    if (!channel || !queue) return;
    const before = bound;
    bound = new Set(wanted);
    for (const key of bound) if (!before.has(key)) await channel.bindQueue(queue, EXCHANGE.tracks, key);
    for (const key of before) if (!bound.has(key)) await channel.unbindQueue(queue, EXCHANGE.tracks, key);
  }

  function bindWanted(): void {
    changing = changing.then(rebind).catch((error) => {
      // the channel ended: the next one binds what is wanted then
      log.debug({ err: error }, 'bindings of the queue of tracks could not be changed');
    });
    background(changing, log, 'binding the queue of tracks');
  }

  function onDelivery({ properties, content }: ConsumeMessage) {
    try {
      const message = decodeTrackRecord(properties.type, content);
      if (message.type === 'tracks') onTracks(message.record);
    } catch (error) {
      metrics.malformed.inc({ what: 'tracks' });
      log.debug({ why: (error as Error).message.slice(0, 300) }, 'a malformed record of tracks was passed over');
    }
    return 'ack' as const;
  }

  return {
    want(cameras) {
      wanted = new Set(cameras === '*' ? ['#'] : cameras);
      if (!consumer && wanted.size > 0)
        consumer = broker.consume({
          queue: declare,
          prefetch: PREFETCH,
          exclusive: true,
          onDelivery,
          onOpen: bindWanted,
        });
      bindWanted();
    },
  };
}
