import { type CameraRecord, decodeRecord, EXCHANGE, QUEUE } from '@framewire/contract';
import {
  type Broker,
  type ConsumeMessage,
  readStream,
  type StreamReader,
  type StreamStart,
} from '@framewire/runtime/amqp';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';
import { type Settled, settledBy } from './frame.ts';

export interface ResultEvents {
  /** All after this cursor is read from now on: at the first message, and when the stream is another one than before. */
  begin(after: number): void;
  /** A message was read, whatever it is. */
  read(cursor: number, timestamp: number | undefined): void | Promise<void>;
  camera(record: CameraRecord): void;
  settled(settled: Settled): void;
}

/** `result_queue`, read from a cursor of our own. */
export function readResults(options: {
  broker: Broker;
  start(): StreamStart;
  events: ResultEvents;
  metrics: Metrics;
  log: Log;
}): StreamReader {
  const { broker, start, events, metrics, log } = options;

  function onMessage(delivery: ConsumeMessage, cursor: number): void | Promise<void> {
    const timestamp = handle(delivery, cursor);
    return events.read(cursor, timestamp);
  }

  /** @returns when the record was made, seconds since the epoch. */
  function handle({ properties, content }: ConsumeMessage, cursor: number): number | undefined {
    try {
      const message = decodeRecord(properties.type, content, properties.headers);
      if (message.type === 'camera') events.camera(message.record);
      if (message.type === 'result') events.settled(settledBy(message.record, cursor));
      // another function's answer: its number is accounted for, and there is nothing to track
      if (message.type === 'other' && message.frame) events.settled({ ...message.frame, isStill: false });
      return message.type === 'other' ? message.frame?.timestamp : message.record.timestamp;
    } catch (error) {
      metrics.malformed.inc({ what: 'record' });
      log.warn({ why: (error as Error).message.slice(0, 300) }, 'a malformed record was passed over');
      return undefined;
    }
  }

  return readStream({
    broker,
    queue: QUEUE.results,
    exchange: EXCHANGE.results,
    start,
    onBegin: events.begin,
    onMessage,
    onIgnored: () => metrics.ignored.inc(),
    log,
  });
}
