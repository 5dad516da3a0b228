import { EXCHANGE, WATCHED_HOLDS_MS, watchedNotice } from '@framewire/contract';
import { listenForNotices } from '../amqp/notices.ts';
import type { Broker } from '../amqp/session.ts';
import { createLruMap } from '../process/lru.ts';
import type { Log } from '../telemetry/log.ts';

/** More than there are replicas of results-ws. Beyond it the one that was silent longest is forgotten. */
const MAX_REPLICAS = 1_000;

/** Which cameras the viewers of all results-ws watch now. */
export interface WatchedCameras {
  has(camera_id: string): boolean;
}

/** A replica's notice holds for `WATCHED_HOLDS_MS`. Without any notice no camera is watched. */
export function listenForWatchedCameras({ broker, log }: { broker: Broker; log: Log }): WatchedCameras {
  /** By replica. */
  const notices = createLruMap<string, { cameras: '*' | ReadonlySet<string>; until: number }>(MAX_REPLICAS);

  listenForNotices({
    broker,
    exchange: EXCHANGE.watched,
    maxLength: 100,
    parse: watchedNotice.parse,
    onNotice({ node_id, cameras }) {
      if (cameras.length === 0) notices.delete(node_id);
      else
        notices.set(node_id, {
          cameras: cameras === '*' ? '*' : new Set(cameras),
          until: Date.now() + WATCHED_HOLDS_MS,
        });
    },
    log,
  });

  return {
    has(camera_id) {
      const now = Date.now();
      for (const [node_id, { cameras, until }] of notices.entries()) {
        if (until < now) notices.delete(node_id);
        else if (cameras === '*' || cameras.has(camera_id)) return true;
      }
      return false;
    },
  };
}
