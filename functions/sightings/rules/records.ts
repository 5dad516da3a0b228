import { type CameraRecord, decodeRecord, EXCHANGE, QUEUE, RECORD_TYPE } from '@framewire/contract';
import { type Broker, type ConsumeMessage, readStream, type StreamStart } from '@framewire/runtime/amqp';
import { createThrottle, repeat, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Database, Sql } from '../store/database.ts';
import type { CameraRename } from '../tracks/camera-renames.ts';
import type { OfflineCameras } from './cameras-offline.ts';
import type { Notifier } from './notifier.ts';

const NAME = 'result_queue';
/** It is read again from so long before what was read: clocks differ, and what comes twice notifies once. Milliseconds. */
const OVERLAP_MS = 60_000;
/** How often it is kept how far it was read, and looked which cameras have been offline for long enough, milliseconds. */
const KEEP_MS = 5_000;
const LOOK_MS = 1_000;
const RETRY_MS = 1_000;

export interface Records {
  problem(): string | undefined;
  close(): Promise<void>;
}

/**
 * Reads from `result_queue` what rules wait for: states of cameras, and findings. How far it was read is kept, so what happened while
 * this was away is seen when it is back.
 */
export async function readRecords(options: {
  broker: Broker;
  database: Database;
  notifier: Notifier;
  cameras: OfflineCameras;
  /** Something may be to be delivered. */
  onAdded(): void;
  /** Each state of a camera. */
  onCamera?(record: CameraRecord): void;
  /** A camera got another id. It may be said again. */
  onRename(tx: Sql, rename: CameraRename): Promise<void>;
  log: Log;
}): Promise<Records> {
  const { broker, database, notifier, cameras, onAdded, onRename, log } = options;
  const [row] = await database.query<{ read_to: number }>('SELECT read_to FROM rule_progress WHERE name = ?', NAME);
  let readTo = row?.read_to;
  let keptTo = readTo;
  const closed = new AbortController();
  const mayLog = createThrottle(60_000);
  /** Seconds since the epoch. */
  let lookedAt = 0;

  const start = (): StreamStart =>
    readTo === undefined ? 'last' : { moment: Math.floor((readTo - OVERLAP_MS) / 1000) };

  const stream = readStream({
    broker,
    queue: QUEUE.results,
    exchange: EXCHANGE.results,
    start,
    onAttach: () => cameras.attached(Date.now() / 1000),
    onMessage: read,
    log,
  });

  /** Undefined for what no rule waits for: most of the stream. */
  function read(message: ConsumeMessage): void | Promise<void> {
    const { type } = message.properties;
    if (type !== RECORD_TYPE.camera && type !== RECORD_TYPE.incident) return;
    const decoded = decode(message);
    if (decoded?.type === 'camera') return onCamera(decoded.record);
    if (decoded?.type === 'incident') {
      const { record } = decoded;
      return change((tx) => notifier.finding(tx, record), record.timestamp);
    }
  }

  function decode({ properties, content }: ConsumeMessage) {
    try {
      return decodeRecord(properties.type, content, properties.headers);
    } catch (error) {
      if (mayLog()) log.warn({ why: (error as Error).message.slice(0, 300) }, 'a malformed record was passed over');
      return undefined;
    }
  }

  function onCamera(record: CameraRecord): void | Promise<void> {
    const over = cameras.record(record, Date.now() / 1000);
    options.onCamera?.(record);
    const { camera_id, state, since, renamed_to } = record;
    if (state === 'removed' && renamed_to !== undefined)
      return change((tx) => onRename(tx, { camera_id, renamed_to, until: since }), record.timestamp);
    const offline = cameras.list(Date.now() / 1000).find((one) => one.camera_id === camera_id);
    // the length of time by the connector's own clock, for records that were read late
    if (offline) return change((tx) => notifier.offline(tx, offline, record.timestamp), record.timestamp);
    if (over)
      return change(async (tx) => {
        await notifier.offline(tx, over, record.since);
        await notifier.online(tx, over, record.since);
      }, record.timestamp);
    progress(record.timestamp);
  }

  const progress = (at: number) => {
    readTo = Math.max(readTo ?? 0, Math.round(at * 1000));
  };

  /** Writes until it is written: nothing of the stream is passed over because a database is away. @param at of the record, seconds. */
  async function change(work: (tx: Sql) => Promise<void>, at: number): Promise<void> {
    for (; !closed.signal.aborted; await sleep(RETRY_MS, closed.signal)) {
      try {
        await database.transaction(work);
        progress(at);
        onAdded();
        return;
      } catch (error) {
        if (mayLog()) log.error({ err: error }, 'what happened cannot be written, and is tried again');
      }
    }
  }

  /** Those that have been offline for long enough between two words of their connector. */
  async function look(): Promise<void> {
    if (!stream.isOpen || !stream.isKnown) return;
    const now = Date.now() / 1000;
    const offline = cameras.list(now);
    if (offline.length === 0) return;
    const after = await notifier.offlineAfter(database);
    const due = offline.filter(({ since }) => after.some((s) => since + s > lookedAt && since + s <= now));
    if (due.length > 0) {
      await database.transaction(async (tx) => {
        for (const camera of due) await notifier.offline(tx, camera, now);
      });
      onAdded();
    }
    lookedAt = now;
  }

  async function keep(): Promise<void> {
    if (readTo === undefined || readTo === keptTo) return;
    const at = readTo;
    await database.run(
      'INSERT INTO rule_progress (name, read_to) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET read_to = excluded.read_to',
      NAME,
      at,
    );
    keptTo = at;
  }

  const stopLooking = repeat(look, LOOK_MS, log, 'looking after cameras that are offline');
  const stopKeeping = repeat(keep, KEEP_MS, log, 'keeping how far result_queue was read');

  return {
    problem: stream.problem,
    async close() {
      stopLooking();
      stopKeeping();
      closed.abort();
      await stream.close();
      await keep();
    },
  };
}
