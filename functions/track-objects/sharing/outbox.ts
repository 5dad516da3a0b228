import { EXCHANGE, TRACKS_TYPE, type TracksRecord } from '@framewire/contract';
import type { Broker, PublishError } from '@framewire/runtime/amqp';
import { background, backoff, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';

/** How long one try waits for its confirm, milliseconds. */
const TIMEOUT_MS = 2_000;

/** Publishes the records of one camera and topic in their order, each confirmed before the next. */
export interface Outbox {
  /** @param onConfirmed called once the broker has it. */
  add(record: TracksRecord, onConfirmed: () => void): void;
  readonly size: number;
  /** Publishes nothing more: another replica may track the camera by now. */
  discard(): void;
}

/** @param mayPublish false from when on another replica may have taken over. */
export function createOutbox(options: { broker: Broker; mayPublish(): boolean; log: Log }): Outbox {
  const { broker, mayPublish, log } = options;
  const waiting: { record: TracksRecord; onConfirmed: () => void }[] = [];
  const discarded = new AbortController();
  let isPublishing = false;

  async function publishAll(): Promise<void> {
    for (let attempt = 0; waiting.length > 0 && !discarded.signal.aborted && mayPublish(); ) {
      const { record, onConfirmed } = waiting[0]!;
      try {
        await broker.publish({
          exchange: EXCHANGE.tracks,
          key: record.camera_id,
          content: Buffer.from(JSON.stringify(record)),
          properties: { type: TRACKS_TYPE.tracks, contentType: 'application/json' },
          timeoutMs: TIMEOUT_MS,
        });
        attempt = 0;
      } catch (error) {
        const { kind, message } = error as PublishError;
        log.debug({ why: message, camera_id: record.camera_id }, 'a record of tracks could not be published yet');
        if (kind !== 'invalid') {
          await sleep(backoff(attempt++), discarded.signal);
          continue;
        }
        log.error({ why: message, camera_id: record.camera_id }, 'a record of tracks can never be published');
      }
      if (discarded.signal.aborted) return;
      waiting.shift();
      onConfirmed();
    }
  }

  return {
    add(record, onConfirmed) {
      waiting.push({ record, onConfirmed });
      if (isPublishing) return;
      isPublishing = true;
      background(
        publishAll().finally(() => {
          isPublishing = false;
        }),
        log,
        'publishing tracks',
      );
    },
    get size() {
      return waiting.length;
    },
    discard() {
      discarded.abort();
      waiting.length = 0;
    },
  };
}
