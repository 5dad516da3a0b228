import { type CameraChange, EXCHANGE, RECORD_TYPE } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { background, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';

/** Changes that wait for the broker; the oldest are forgotten. */
const MAX_WAITING = 500;
/** How long a change may wait for its confirm, milliseconds. */
const CONFIRM_MS = 2_000;
/** Pause before one that was not confirmed is published again, milliseconds. */
const RETRY_MS = 1_000;

/** Publishes what people did to cameras, in its order, each until it is confirmed. */
export interface ChangeReporter {
  /** Never waits. */
  report(change: Omit<CameraChange, 'timestamp'>): void;
  /** Waits for the publish under way. */
  close(): Promise<void>;
}

export function createChangeReporter({ broker, log }: { broker: Pick<Broker, 'publish'>; log: Log }): ChangeReporter {
  const waiting: CameraChange[] = [];
  const closing = new AbortController();
  let publishing: Promise<void> | undefined;

  async function publishAll(): Promise<void> {
    while (waiting[0]) {
      const change = waiting[0];
      try {
        await broker.publish({
          exchange: EXCHANGE.results,
          key: change.camera_id,
          content: new TextEncoder().encode(JSON.stringify(change)),
          properties: { type: RECORD_TYPE.change, contentType: 'application/json' },
          timeoutMs: CONFIRM_MS,
        });
        if (waiting[0] === change) waiting.shift();
      } catch (error) {
        log.debug({ why: (error as Error).message }, 'a change of a camera was not published');
        if (closing.signal.aborted) return;
        await sleep(RETRY_MS, closing.signal);
      }
    }
  }

  return {
    report(change) {
      const { camera_id, action, by } = change;
      log.info({ camera_id, action, by }, `camera ${camera_id}: ${action} by ${by}`);
      waiting.push({ ...change, timestamp: Date.now() / 1000 });
      if (waiting.length > MAX_WAITING) waiting.shift();
      publishing ??= publishAll().finally(() => {
        publishing = undefined;
      });
      background(publishing, log, 'publishing changes of cameras');
    },
    async close() {
      closing.abort();
      await publishing;
    },
  };
}
