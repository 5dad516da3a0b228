import { decodeTrackRecord, EXCHANGE, type ProgressRecord, QUEUE, type TracksRecord } from '@framewire/contract';
import {
  type Broker,
  type ConsumeMessage,
  readStream,
  type StreamReader,
  type StreamStart,
} from '@framewire/runtime/amqp';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';

/** `track_queue`: what this replica and the others published. */
export function readTracks(options: {
  broker: Broker;
  start(): StreamStart;
  onTracks(record: TracksRecord): void;
  onProgress(record: ProgressRecord): void;
  metrics: Metrics;
  log: Log;
}): StreamReader {
  const { broker, start, onTracks, onProgress, metrics, log } = options;

  function onMessage({ properties, content }: ConsumeMessage): void {
    try {
      const message = decodeTrackRecord(properties.type, content);
      if (message.type === 'tracks') onTracks(message.record);
      if (message.type === 'progress') onProgress(message.record);
    } catch (error) {
      metrics.malformed.inc({ what: 'tracks' });
      log.warn({ why: (error as Error).message.slice(0, 300) }, 'a malformed record of tracks was passed over');
    }
  }

  return readStream({
    broker,
    queue: QUEUE.tracks,
    exchange: EXCHANGE.tracks,
    start,
    onMessage,
    onIgnored: () => metrics.ignored.inc(),
    log,
  });
}
