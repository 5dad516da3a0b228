import { decodeRecord, QUEUE, type ResultRecord } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';

/** Reads the stream of results from now on; where the connection was lost it goes on behind the last record it saw. */
export function readResults(broker: Broker, onRecord: (record: ResultRecord) => void): { stop(): Promise<void> } {
  let last = -1;
  const from = () => (last < 0 ? 'next' : last + 1);
  return broker.consume({
    queue: QUEUE.results,
    prefetch: 200,
    arguments: () => ({ 'x-stream-offset': from() }),
    onDelivery({ content, properties }) {
      const offset = Number(properties.headers?.['x-stream-offset']);
      if (offset <= last) return 'ack'; // a stream is entered at the start of a chunk
      last = offset;
      const message = decodeRecord(properties.type, content);
      if (message.type === 'result') onRecord(message.record);
      return 'ack';
    },
  });
}
