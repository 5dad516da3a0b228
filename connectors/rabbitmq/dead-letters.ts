import { QUEUE } from '@framewire/contract';
import type { Broker, ConsumeMessage, Consumer } from '@framewire/runtime';
import { readDelivery } from './delivery.ts';
import type { Outcome } from './outcome.ts';
import type { Settle } from './settle.ts';

const PREFETCH = 32;

/** Tells what became of the frames that the broker gave up: those that waited too long, and those that were tried too often. */
export function consumeDeadLetters({ broker, settle }: { broker: Broker; settle: Settle }): Consumer {
  return broker.consume({
    queue: QUEUE.deadLetters,
    prefetch: PREFETCH,
    async onDelivery(delivery, gone) {
      const { frame } = await readDelivery(delivery);
      return settle(frame, readDeath(delivery), { received_at: Date.now() }, gone);
    },
  });
}

/** An entry of the header `x-death`; the first is the newest. */
interface Death {
  reason: string;
  queue: string;
}

export function readDeath({ properties }: Pick<ConsumeMessage, 'properties'>): Outcome {
  const [death] = (properties.headers?.['x-death'] ?? []) as Partial<Death>[];
  const queue = death?.queue ?? 'its queue';
  switch (death?.reason) {
    case 'expired':
      return { kind: 'expired', reason: `its time was over before a function was free: it waited in ${queue}` };
    case 'delivery_limit':
      return { kind: 'failed', reason: `it was tried to the delivery limit of ${queue}` };
    default:
      return { kind: 'failed', reason: `${queue} gave it up: ${death?.reason ?? 'no reason given'}` };
  }
}
