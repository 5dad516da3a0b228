/** For tests alone: what detectors and cameras publish, and what trackers make of it. */
import {
  type CameraRecord,
  DEFAULT_TOPIC,
  type Detection,
  decodeTrackRecord,
  EXCHANGE,
  type ProgressRecord,
  QUEUE,
  RECORD_TYPE,
  type ResultRecord,
  type TracksRecord,
  uuidv7,
} from '@framewire/contract';
import { createBroker, readStream } from '@framewire/runtime/amqp';
import { silentLog } from '@framewire/testkit';

export interface TestStream {
  result(record: Partial<ResultRecord>): Promise<ResultRecord>;
  camera(record: Partial<CameraRecord>): Promise<void>;
  /** All that stands in `track_queue`, in its order. */
  tracks: TracksRecord[];
  progress: ProgressRecord[];
  close(): Promise<void>;
}

export function openStream(amqp: string): TestStream {
  const broker = createBroker({ url: amqp, name: 'test', log: silentLog });
  const tracks: TracksRecord[] = [];
  const progress: ProgressRecord[] = [];
  readStream({
    broker,
    queue: QUEUE.tracks,
    exchange: EXCHANGE.tracks,
    start: () => 'first',
    onMessage({ properties, content }) {
      const message = decodeTrackRecord(properties.type, content);
      if (message.type === 'tracks') tracks.push(message.record);
      if (message.type === 'progress') progress.push(message.record);
    },
    log: silentLog,
  });
  const publish = (type: string, record: { camera_id: string }) =>
    broker.publish({
      exchange: EXCHANGE.results,
      key: record.camera_id,
      content: Buffer.from(JSON.stringify(record)),
      properties: { type },
      timeoutMs: 5_000,
    });
  return {
    tracks,
    progress,
    async result(more) {
      const now = Date.now() / 1000;
      const record: ResultRecord = {
        frame_id: uuidv7(),
        camera_id: 'door',
        topic: DEFAULT_TOPIC,
        outcome: 'detected',
        detections: [],
        image: { width: 640, height: 480 },
        timestamp: now,
        original_timestamp: now - 0.05,
        stages: {},
        ...more,
      };
      await publish(RECORD_TYPE.result, record);
      return record;
    },
    async camera(more) {
      const now = Date.now() / 1000;
      const record = { camera_id: 'door', state: 'online' as const, since: now, timestamp: now, restarts: 0, ...more };
      await publish(RECORD_TYPE.camera, record);
    },
    close: () => broker.close(),
  };
}

/** A box of 40 by 60 pixels. */
export const boxAt = (x: number, y: number, more: Partial<Detection> = {}): Detection => ({
  x,
  y,
  w: 40,
  h: 60,
  score: 0.9,
  ...more,
});
