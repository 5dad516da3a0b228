import { type CameraRecord, EXCHANGE, RECORD_TYPE } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';

/** Interval of the heartbeats, milliseconds. */
const HEARTBEAT_MS = 10_000;
/** How long a record may wait for its confirm, milliseconds. */
const CONFIRM_MS = 2_000;
/** Pause before a record that was not confirmed is published again, milliseconds. */
const RETRY_MS = 1_000;

/** Publishes the states of all cameras: each change at once, and every state again as a heartbeat. Only the last state counts. */
export interface StateReporter {
  /** Never waits. The state `removed` is published until it is confirmed; then the camera is forgotten. */
  report(record: CameraRecord): void;
  /** Waits for the publishes under way. */
  close(): Promise<void>;
}

export function createStateReporter({ broker, log }: { broker: Broker; log: Log }): StateReporter {
  const last = new Map<string, CameraRecord>();
  const publishing = new Map<string, Promise<void>>();
  const closing = new AbortController();

  async function publish(id: string): Promise<void> {
    for (let published: CameraRecord | undefined; published !== last.get(id); ) {
      const record = last.get(id)!;
      try {
        await broker.publish({
          exchange: EXCHANGE.results,
          key: id,
          content: new TextEncoder().encode(JSON.stringify({ ...record, timestamp: Date.now() / 1000 })),
          properties: { type: RECORD_TYPE.camera, contentType: 'application/json' },
          timeoutMs: CONFIRM_MS,
        });
        published = record;
        if (record.state === 'removed' && last.get(id) === record) last.delete(id);
        if (!last.has(id)) return;
      } catch (error) {
        log.debug({ camera_id: id, why: (error as Error).message }, 'a camera state was not published');
        if (closing.signal.aborted) return;
        await sleep(RETRY_MS, closing.signal);
      }
    }
  }

  function start(id: string): void {
    if (publishing.has(id)) return; // the one under way goes on to the newest
    publishing.set(
      id,
      publish(id).finally(() => publishing.delete(id)),
    );
  }

  const beat = setInterval(() => {
    for (const id of last.keys()) start(id);
  }, HEARTBEAT_MS);

  return {
    report(record) {
      last.set(record.camera_id, record);
      start(record.camera_id);
    },
    async close() {
      clearInterval(beat);
      closing.abort();
      await Promise.all(publishing.values());
    },
  };
}
