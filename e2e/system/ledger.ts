import { decodeRecord, QUEUE, type ResultRecord } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { silentLog } from '@framewire/runtime/testing';

/** Everything that stands in `result_queue`, read beside the system as its administrator. */
export interface Ledger {
  /** In the order of the stream, repeated ones included. */
  records: ResultRecord[];
  /** How many records there are for each of these frames. */
  counts(frames: string[]): Map<string, number>;
  /** Those of these frames that have no outcome yet. */
  missing(frames: string[]): string[];
  close(): Promise<void>;
}

export function openLedger(amqp: string): Ledger {
  const broker = createBroker({ url: amqp, name: 'ledger', log: silentLog });
  const records: ResultRecord[] = [];
  broker.consume({
    queue: QUEUE.results,
    prefetch: 100,
    arguments: () => ({ 'x-stream-offset': records.length ? 'next' : 'first' }),
    onDelivery({ properties, content }) {
      const record = decodeRecord(properties.type, content);
      if (record.type === 'result') records.push(record.record);
      return 'ack';
    },
  });
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
