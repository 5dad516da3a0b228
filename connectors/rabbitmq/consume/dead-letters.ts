import { QUEUE } from '@framewire/contract';
import type { Broker, ConsumeMessage, Consumer } from '@framewire/runtime/amqp';
import type { LastReasons } from '../settle/failure-reasons.ts';
import type { Outcome, Why } from '../settle/outcome.ts';
import type { Settler } from '../settle/settler.ts';
import type { PictureTap } from '../viewers/picture-tap.ts';
import { readDelivery } from './delivery.ts';

const PREFETCH = 32;

/** Tells what became of the frames that the broker gave up: those that waited too long, and those that were tried too often. */
export function consumeDeadLetters(deps: {
  broker: Broker;
  settler: Settler;
  lastReasons: LastReasons;
  tap: PictureTap;
}): Consumer {
  const { broker, settler, lastReasons, tap } = deps;
  return broker.consume({
    queue: QUEUE.deadLetters,
    prefetch: PREFETCH,
    async onDelivery(delivery, gone) {
      const moments = { received_at: Date.now() };
      const arrival = readDelivery(delivery);
      const { frame } = arrival;
      const outcome = readDeath(delivery, lastReasons.take(frame.frame_id));
      // one that expired in its queue was never delivered before: viewers see it all the same
      const isFirst = outcome.kind === 'expired' && !delivery.fields.redelivered;
      if (isFirst && arrival.kind !== 'unreadable') tap.forward(arrival.frame);
      return settler.settle(frame, outcome, moments, gone);
    },
  });
}

/** An entry of the header `x-death`; the first is the newest. */
interface Death {
  reason: string;
  queue: string;
}

/** @param last why the last try failed, where it is known. */
export function readDeath({ properties }: Pick<ConsumeMessage, 'properties'>, last?: Why): Outcome {
  const [death] = (properties.headers?.['x-death'] ?? []) as Partial<Death>[];
  const queue = death?.queue ?? 'its queue';
  switch (death?.reason) {
    case 'expired':
      return {
        kind: 'expired',
        reason: `its time was over before a function was free: it waited in ${queue}`,
        reason_code: 'deadline_in_queue',
      };
    case 'delivery_limit': {
      const why: Why = last ?? { reason: '', reason_code: 'delivery_limit' };
      const words = last ? `; the last time: ${last.reason}` : '';
      return { kind: 'failed', ...why, reason: `it was tried to the delivery limit of ${queue}${words}` };
    }
    default:
      return {
        kind: 'failed',
        reason: `${queue} gave it up: ${death?.reason ?? 'no reason given'}`,
        reason_code: 'dead_lettered',
      };
  }
}
