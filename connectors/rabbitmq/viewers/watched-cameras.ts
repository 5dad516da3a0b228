import { EXCHANGE, WATCHED_HOLDS_MS, watchedNotice } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import type { Log } from '@framewire/runtime/telemetry';

/** More replicas of results-ws than there are: the one that was silent longest is forgotten. */
const MAX_REPLICAS = 1_000;

/** Which cameras the viewers of all results-ws watch at present. */
export interface Watched {
  has(camera_id: string): boolean;
}

/** Listens by a private queue. What a replica said holds for `WATCHED_HOLDS_MS`; as long as nothing is heard, none is watched. */
export function listenToWatched({ broker, log }: { broker: Broker; log: Log }): Watched {
  /** By replica. */
  const notices = new Map<string, { cameras: '*' | ReadonlySet<string>; until: number }>();

  broker.consume({
    async queue(channel) {
      const { queue } = await channel.assertQueue('', {
        exclusive: true,
        autoDelete: true,
        arguments: { 'x-queue-type': 'classic', 'x-max-length': 100, 'x-overflow': 'drop-head' },
      });
      await channel.bindQueue(queue, EXCHANGE.watched, '#');
      return queue;
    },
    prefetch: 10,
    exclusive: true,
    onDelivery({ content }) {
      try {
        const { node_id, cameras } = watchedNotice.parse(JSON.parse(content.toString('utf8')));
        notices.delete(node_id);
        if (cameras.length === 0) return 'ack';
        notices.set(node_id, {
          cameras: cameras === '*' ? '*' : new Set(cameras),
          until: Date.now() + WATCHED_HOLDS_MS,
        });
        const [oldest] = notices.keys();
        if (notices.size > MAX_REPLICAS) notices.delete(oldest!);
      } catch (error) {
        log.debug({ why: (error as Error).message.slice(0, 300) }, 'a malformed notice of watched cameras was ignored');
      }
      return 'ack';
    },
  });

  return {
    has(camera_id) {
      const now = Date.now();
      for (const [node_id, { cameras, until }] of notices) {
        if (until < now) notices.delete(node_id);
        else if (cameras === '*' || cameras.has(camera_id)) return true;
      }
      return false;
    },
  };
}
