import { EXCHANGE, MAX_WATCHED_CAMERAS, WATCHED_INTERVAL_MS, type WatchedNotice } from '@framewire/contract';
import type { Broker } from '../amqp/session.ts';
import { background } from '../process/background.ts';
import { sleep } from '../process/wait.ts';
import type { Log } from '../telemetry/log.ts';

/** However often viewers change what they watch: the pause between two notices, milliseconds. */
const PAUSE_MS = 50;

/** Publishes which cameras are watched here, so that connectors forward their frames. */
export interface WatchedPublisher {
  /** Watched from now on. */
  want(cameras: '*' | ReadonlySet<string>): void;
  /** Takes it back. */
  close(): void;
}

export function createWatchedPublisher(options: { broker: Broker; node_id: string; log: Log }): WatchedPublisher {
  const { broker, node_id, log } = options;
  let cameras: WatchedNotice['cameras'] = [];
  let stale = false;
  let publishing = false;

  const timer = setInterval(() => cameras.length > 0 && publish(), WATCHED_INTERVAL_MS);
  timer.unref();

  /** One at a time; what changes meanwhile follows it. */
  function publish(): void {
    stale = true;
    if (publishing) return;
    publishing = true;
    background(publishAll(), log, 'publishing what is watched');
  }

  async function publishAll(): Promise<void> {
    while (stale) {
      stale = false;
      await publishOnce();
      await sleep(PAUSE_MS);
    }
    publishing = false;
  }

  async function publishOnce(): Promise<void> {
    try {
      await broker.publish({
        exchange: EXCHANGE.watched,
        key: 'cameras',
        content: Buffer.from(JSON.stringify({ node_id, cameras } satisfies WatchedNotice)),
        properties: { persistent: false, mandatory: false, contentType: 'application/json' },
        timeoutMs: WATCHED_INTERVAL_MS,
      });
    } catch (error) {
      log.debug({ why: (error as Error).message }, 'connectors did not hear which cameras are watched'); // the next notice follows
    }
  }

  return {
    want(wanted) {
      const next = wanted === '*' || wanted.size > MAX_WATCHED_CAMERAS ? '*' : [...wanted].sort();
      if (String(next) === String(cameras)) return;
      cameras = next;
      publish();
    },
    close() {
      clearInterval(timer);
      if (cameras.length === 0) return;
      cameras = [];
      background(publishOnce(), log, 'publishing what is watched'); // at once: the broker session is closed next
    },
  };
}
