import { decodeRecord, QUEUE, type ResultRecord, type StreamRecord } from '@framewire/contract';
import { type Broker, createBroker } from '@framewire/runtime/amqp';
import type { ConsumeMessage } from 'amqplib';
import { silentLog } from '../telemetry/silent-log.ts';

type Consumer = ReturnType<Broker['consume']>;
/** Where reading begins: with the first message of the stream, or with the next one to come. */
type From = 'first' | 'next';

/** Reads every message of `result_queue`. After a lost connection it goes on behind the last message it saw. */
export function readMessages(
  broker: Broker,
  onMessage: (message: ConsumeMessage) => void,
  from: From = 'next',
): Consumer {
  let last = -1;
  return broker.consume({
    queue: QUEUE.results,
    prefetch: 200,
    arguments: () => ({ 'x-stream-offset': last < 0 ? from : last + 1 }),
    onDelivery(message) {
      const offset = Number(message.properties.headers?.['x-stream-offset']);
      if (offset <= last) return 'ack'; // RabbitMQ enters a stream at the start of a chunk
      last = offset;
      onMessage(message);
      return 'ack';
    },
  });
}

/** Reads the records of every kind, repeated ones included. */
export const readRecords = (broker: Broker, onRecord: (record: StreamRecord) => void, from?: From): Consumer =>
  readMessages(broker, ({ properties, content }) => onRecord(decodeRecord(properties.type, content)), from);

/** Reads the outcomes of frames, repeated ones included. */
export const readResults = (broker: Broker, onResult: (result: ResultRecord) => void, from?: From): Consumer =>
  readRecords(broker, (record) => record.type === 'result' && onResult(record.record), from);

/** All outcomes in `result_queue` from its beginning on. */
export interface ResultLog {
  /** In the order of the stream, repeated ones included. */
  records: ResultRecord[];
  /** How many records each of these frames has. */
  counts(frames: string[]): Map<string, number>;
  /** Those of these frames that have no outcome yet. */
  missing(frames: string[]): string[];
  close(): Promise<void>;
}

/** @param amqp address of a user that may read `result_queue`. */
export function openResultLog(amqp: string): ResultLog {
  const broker = createBroker({ url: amqp, name: 'result-log', log: silentLog });
  const records: ResultRecord[] = [];
  readResults(broker, (record) => records.push(record), 'first');
  const counts = (frames: string[]) => {
    const found = new Map(frames.map((id) => [id, 0]));
    for (const { frame_id } of records) {
      const count = found.get(frame_id);
      if (count !== undefined) found.set(frame_id, count + 1);
    }
    return found;
  };
  return {
    records,
    counts,
    missing: (frames) => [...counts(frames)].flatMap(([id, count]) => (count === 0 ? [id] : [])),
    close: () => broker.close(),
  };
}
