import { decodeRecord, EXCHANGE, QUEUE, type ResultRecord } from '@framewire/contract';
import { type Broker, type ConsumeMessage, readStream, type StreamReader } from '@framewire/runtime/amqp';
import { createLruMap } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';
import type { Database } from '../store/database.ts';
import type { FrameBuffer } from './frame-buffer.ts';
import { frameKey, pictureFile } from './keys.ts';
import type { PictureStore } from './picture-store.ts';

/** Of each camera so many are kept in a minute: of those that were lost, and of slow ones, each slower than the one before. */
const MAX_LOST = 6;
const MAX_SLOW = 3;
const MAX_CAMERAS = 1_000;

interface Minute {
  minute: number;
  lost: number;
  slow: number;
  /** The slowest that was kept, seconds. */
  slowest: number;
}

/** Keeps pictures of frames that went wrong: that were lost, or slower than the target of the SLO. Their pages show them. */
export function createFramePictures(options: {
  broker: Broker;
  database: Database;
  store: PictureStore;
  buffer: FrameBuffer;
  /** Milliseconds. */
  target: number;
  onBytes(more: number): void;
  metrics: Metrics;
  log: Log;
}): StreamReader {
  const { database, store, buffer, target, onBytes, metrics, log } = options;
  const minutes = createLruMap<string, Minute>(MAX_CAMERAS);

  /** Why a frame is kept; undefined where it is not. */
  function reasonFor(record: ResultRecord): string | undefined {
    const { camera_id, outcome, timestamp, original_timestamp } = record;
    // what is still was not to be detected: it is not lost, though viewers may have its picture
    if (outcome === 'shed' || outcome === 'still' || !buffer.has(record.frame_id)) return undefined;
    const now = Math.floor(Date.now() / 60_000);
    let minute = minutes.get(camera_id);
    if (minute?.minute !== now) minute = { minute: now, lost: 0, slow: 0, slowest: 0 };
    minutes.set(camera_id, minute);
    if (outcome !== 'detected') return minute.lost++ < MAX_LOST ? outcome : undefined;
    const age = timestamp - original_timestamp;
    if (age * 1000 <= target || age <= minute.slowest || minute.slow >= MAX_SLOW) return undefined;
    minute.slow++;
    minute.slowest = age;
    return 'slow';
  }

  async function keep(record: ResultRecord, why: string, jpeg: Uint8Array): Promise<void> {
    const { frame_id, camera_id, original_timestamp } = record;
    const key = frameKey(original_timestamp, frame_id);
    await store.put(pictureFile(key), jpeg);
    const added = await database.run(
      `INSERT INTO frame_pictures (frame_id, camera_id, captured_at, why, picture, bytes) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (frame_id) DO NOTHING`,
      frame_id,
      camera_id,
      original_timestamp,
      why,
      key,
      jpeg.length,
    );
    if (added > 0) onBytes(jpeg.length);
  }

  async function take({ properties, content }: ConsumeMessage): Promise<void> {
    const { type, record } = read(properties.type, content, properties.headers);
    if (type !== 'result') return;
    const why = reasonFor(record);
    const jpeg = why && buffer.get(record.frame_id);
    if (!jpeg) return;
    try {
      await keep(record, why, jpeg);
      metrics.pictures.inc({ kind: 'frame', result: 'kept' });
    } catch (error) {
      metrics.pictures.inc({ kind: 'frame', result: 'failed' });
      log.warn({ err: error, frame: record.frame_id }, 'the picture of a frame could not be kept');
    }
  }

  return readStream({
    broker: options.broker,
    queue: QUEUE.results,
    exchange: EXCHANGE.results,
    start: () => 'next', // of older frames there are no pictures
    onMessage: take,
    log,
  });
}

type Read = { type: 'result'; record: ResultRecord } | { type: 'other'; record?: undefined };

/** What is malformed is counted by results-ws, which reads the same. */
function read(type: unknown, content: Uint8Array, headers: object | undefined): Read {
  try {
    const message = decodeRecord(type, content, headers);
    return message.type === 'result' ? message : { type: 'other' };
  } catch {
    return { type: 'other' };
  }
}
