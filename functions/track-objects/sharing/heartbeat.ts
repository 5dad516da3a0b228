import { EXCHANGE, PROGRESS_INTERVAL_S, type ProgressRecord, TRACKS_TYPE } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { repeat } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';

const LOOK_MS = 200;
const TIMEOUT_MS = 2_000;

/** Publishes how far this replica is, as its sign of life. */
export interface Heartbeat {
  /** When the last one was confirmed, milliseconds since the epoch; 0 before. */
  readonly confirmed: number;
  /** Publishes one at once. */
  beat(): void;
  /** Publishes the last one: this replica tracks nothing any more. */
  close(): Promise<void>;
}

export function createHeartbeat(options: {
  broker: Broker;
  /** None is published before: what others published is looked at first. */
  isReady(): boolean;
  record(): Omit<ProgressRecord, 'left'>;
  log: Log;
}): Heartbeat {
  const { broker, isReady, record, log } = options;
  let confirmed = 0;
  let isDue = true;

  async function publish(left: boolean): Promise<void> {
    isDue = false;
    const at = Date.now();
    try {
      await broker.publish({
        exchange: EXCHANGE.tracks,
        key: 'progress',
        content: Buffer.from(JSON.stringify({ ...record(), left } satisfies ProgressRecord)),
        properties: { type: TRACKS_TYPE.progress, contentType: 'application/json' },
        timeoutMs: TIMEOUT_MS,
      });
      confirmed = at;
    } catch (error) {
      isDue = true;
      log.debug({ why: (error as Error).message }, 'the heartbeat could not be published');
    }
  }

  async function look(): Promise<void> {
    if (!isReady()) return;
    if (isDue || Date.now() - confirmed >= 1_000 * PROGRESS_INTERVAL_S) await publish(false);
  }
  const stop = repeat(look, LOOK_MS, log, 'the heartbeat');

  return {
    get confirmed() {
      return confirmed;
    },
    beat() {
      isDue = true;
    },
    async close() {
      stop();
      if (isReady()) await publish(true);
    },
  };
}
