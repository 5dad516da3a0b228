import { QUEUE } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { waitFor } from '@framewire/runtime/process';

/** Takes frames from frame_queue until it had all of these. @returns the ids of all that came. @throws Error when one does not come. */
export async function takeAll(broker: Broker, ids: string[], timeout: number): Promise<Set<string>> {
  const seen = new Set<string>();
  const consumer = broker.consume({
    queue: QUEUE.frames,
    prefetch: 10,
    onDelivery(delivery) {
      seen.add(delivery.properties.messageId);
      return 'ack';
    },
  });
  await waitFor('all that was confirmed', () => ids.every((id) => seen.has(id)), { timeout });
  await consumer.stop();
  return seen;
}
