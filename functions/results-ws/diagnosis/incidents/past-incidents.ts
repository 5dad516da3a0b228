import {
  type CameraChange,
  type CameraRecord,
  decodeRecord,
  type IncidentRecord,
  QUEUE,
  RECORD_TYPE,
} from '@framewire/contract';
import { type Broker, type ConsumeMessage, type Consumer, offsetOf } from '@framewire/runtime/amqp';
import { background, createLruMap, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { isByExchange } from '../../stream/delivery.ts';

export type IncidentEntry =
  | { type: 'change'; record: CameraChange }
  | { type: 'camera'; record: CameraRecord }
  | { type: 'incident'; record: IncidentRecord };

const WANTED: unknown[] = [RECORD_TYPE.camera, RECORD_TYPE.change, RECORD_TYPE.incident];
const PREFETCH = 100;
/** So many records are read, then there is a pause, milliseconds: at most 5,000 a second, so that what is live comes first. */
const BATCH = 50;
const PAUSE_MS = 10;
/** So long without a record once it is attached, and the end has been reached, milliseconds. */
const QUIET_MS = 3_000;
/** Records that are kept, the newest. */
const MAX_KEPT = 5_000;

/**
 * What the stream holds of incidents from before the window in which its outcomes are read: findings that began and ended, cameras that
 * came and went. Read once in the background, from the first record on; everything else that the stream holds is passed over undecoded.
 */
export interface PastIncidents {
  /** Up to here, without it, the past is to be read: what follows is read by others. */
  readTo(cursor: number): void;
  /** When the oldest record that the stream holds was written, seconds since the epoch; once all has been read. */
  readonly since: number | undefined;
  close(): void;
}

/** @param onRead gets what was read, the oldest first; once. */
export function readPastIncidents(options: {
  broker: Pick<Broker, 'consume'>;
  onRead: (records: IncidentEntry[]) => void;
  log: Log;
}): PastIncidents {
  const { broker, onRead, log } = options;
  let records: { at: number; record: IncidentEntry }[] = [];
  const cameras = createLruMap<string, CameraRecord>(MAX_KEPT);
  let end = Number.POSITIVE_INFINITY;
  let since: number | undefined;
  let sinceWhenRead: number | undefined;
  let position = -1;
  let count = 0;
  let pause: Promise<void> = Promise.resolve();
  let quiet: NodeJS.Timeout | undefined;
  let isDone = false;

  const consumer: Consumer = broker.consume({
    queue: QUEUE.results,
    prefetch: PREFETCH,
    arguments() {
      awaitQuiet();
      return { 'x-stream-offset': position < 0 ? 'first' : position + 1 };
    },
    async onDelivery(delivery): Promise<'ack'> {
      awaitQuiet();
      if (!isDone) read(delivery);
      if (++count % BATCH === 0) pause = sleep(PAUSE_MS);
      await pause;
      return 'ack';
    },
  });

  function read(delivery: ConsumeMessage): void {
    const { properties, content } = delivery;
    const at = offsetOf(delivery);
    if (at <= position) return; // the broker attaches at the start of a chunk
    position = at;
    if (at >= end) {
      finish();
      return;
    }
    if (!isByExchange(delivery)) return;
    const isWanted = WANTED.includes(properties.type);
    if (!isWanted && since !== undefined) return;
    try {
      const message = decodeRecord(properties.type, content, properties.headers);
      if (message.type === 'other') return;
      since ??= message.record.timestamp;
      if (message.type === 'camera') keepChange(at, message.record);
      if (message.type === 'change') keep(at, { type: 'change', record: message.record });
      if (message.type === 'incident') keep(at, { type: 'incident', record: message.record });
    } catch {
      // whoever reads the stream for its outcomes counts what is malformed
    }
  }

  /** Its signs of life between two changes say nothing. */
  function keepChange(at: number, record: CameraRecord): void {
    const { camera_id, state, since } = record;
    const before = cameras.peek(camera_id);
    if (before?.state === state && before.since === since) return;
    cameras.set(camera_id, record);
    keep(at, { type: 'camera', record });
  }

  function keep(at: number, record: IncidentEntry): void {
    records.push({ at, record });
    if (records.length >= 2 * MAX_KEPT) records = records.slice(-MAX_KEPT);
  }

  function awaitQuiet(): void {
    clearTimeout(quiet);
    if (isDone) return;
    quiet = setTimeout(() => (consumer.channel ? finish() : awaitQuiet()), QUIET_MS);
    quiet.unref();
  }

  function finish(): void {
    if (isDone) return;
    // it may have read on before it was known where the others begin
    const read = records.filter(({ at }) => at < end).map(({ record }) => record);
    close();
    sinceWhenRead = since;
    background(Promise.resolve(read.slice(-MAX_KEPT)).then(onRead), log, 'adding past incidents');
  }

  function close(): void {
    isDone = true;
    clearTimeout(quiet);
    records = [];
    cameras.clear();
    // within a delivery of its own: it ends once that is acked
    background(consumer.stop(), log, 'ending the reader of past incidents');
  }

  return {
    readTo(cursor) {
      end = cursor;
      if (position + 1 >= end) finish();
    },
    get since() {
      return sinceWhenRead;
    },
    close() {
      if (!isDone) close();
    },
  };
}
