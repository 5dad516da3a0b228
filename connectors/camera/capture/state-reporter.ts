import { type CameraRecord, EXCHANGE, RECORD_TYPE } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';

/** A sign of life at least so often, milliseconds. */
const EVERY = 10_000;
/** How long a record may wait for its confirm, milliseconds. */
const TIMEOUT = 2_000;
/** A record that did not get through is tried again after this pause, milliseconds. */
const AGAIN = 1_000;

/** Tells the states of all cameras: each change at once, and every state again as a sign of life. Only the last one counts. */
export interface Reporter {
  /** Never waits. A camera that is `removed` is told until it is confirmed, then forgotten. */
  tell(record: CameraRecord): void;
  /** Waits for what is being told. */
  close(): Promise<void>;
}

export function createReporter({ broker, log }: { broker: Broker; log: Log }): Reporter {
  const last = new Map<string, CameraRecord>();
  const telling = new Map<string, Promise<void>>();
  const closing = new AbortController();

  async function publish(id: string): Promise<void> {
    for (let told: CameraRecord | undefined; told !== last.get(id); ) {
      const record = last.get(id)!;
      try {
        await broker.publish({
          exchange: EXCHANGE.results,
          key: id,
          content: new TextEncoder().encode(JSON.stringify({ ...record, timestamp: Date.now() / 1000 })),
          properties: { type: RECORD_TYPE.camera, contentType: 'application/json' },
          timeoutMs: TIMEOUT,
        });
        told = record;
        if (record.state === 'removed' && last.get(id) === record) last.delete(id);
        if (!last.has(id)) return;
      } catch (error) {
        log.debug({ camera_id: id, why: (error as Error).message }, 'a state could not be told');
        if (closing.signal.aborted) return;
        await sleep(AGAIN, closing.signal);
      }
    }
  }

  function start(id: string): void {
    if (telling.has(id)) return; // the one under way goes on to the newest
    telling.set(
      id,
      publish(id).finally(() => telling.delete(id)),
    );
  }

  const beat = setInterval(() => {
    for (const id of last.keys()) start(id);
  }, EVERY);

  return {
    tell(record) {
      last.set(record.camera_id, record);
      start(record.camera_id);
    },
    async close() {
      clearInterval(beat);
      closing.abort();
      await Promise.all(telling.values());
    },
  };
}
