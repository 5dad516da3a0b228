import { EXCHANGE, QUEUE } from '@framewire/contract';
import type { Broker, ConsumeMessage, Consumer } from '@framewire/runtime/amqp';
import { createThrottle } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { ConnectorMetrics } from '../metrics.ts';
import type { FailureReasons } from '../settle/failure-reasons.ts';
import type { Outcome, Why } from '../settle/outcome.ts';
import type { Settler } from '../settle/settler.ts';
import type { FrameTap } from '../watched-frames/frame-tap.ts';
import { readDelivery } from './delivery.ts';

const PREFETCH = 32;
const LOG_EVERY_MS = 60_000;

/**
 * Publishes the outcome of the frames that the broker gave up: those that waited too long, and those that were tried too often. What
 * came to the queue in another way has no outcome: anyone who may publish to queues by name could end other producers' frames by it.
 */
export function consumeDeadLetters(deps: {
  broker: Broker;
  settler: Settler;
  failureReasons: FailureReasons;
  tap: FrameTap;
  metrics: ConnectorMetrics;
  log: Log;
}): Consumer {
  const { broker, settler, failureReasons, tap, metrics, log } = deps;
  const mayLog = createThrottle(LOG_EVERY_MS);

  function refuse({ fields, properties }: ConsumeMessage): void {
    metrics.foreignDeadLetter();
    if (!mayLog()) return;
    const { exchange, routingKey: key } = fields;
    const where = { exchange, key: key.slice(0, 100), message_id: String(properties.messageId).slice(0, 100) };
    log.warn(where, `a message in ${QUEUE.deadLetters} was removed, since it is no dead letter of the broker`);
  }

  return broker.consume({
    queue: QUEUE.deadLetters,
    prefetch: PREFETCH,
    async onDelivery(delivery, closed) {
      const received_at = Date.now();
      const death = readDeath(delivery);
      if (!death) {
        refuse(delivery);
        return 'ack'; // it would come again for ever
      }
      const arrival = readDelivery(delivery);
      const { frame } = arrival;
      const outcome = outcomeOf(death, failureReasons.take(frame.frame_id));
      // one that expired in its queue was never delivered before: viewers see it all the same
      const isFirst = outcome.kind === 'expired' && !delivery.fields.redelivered;
      if (isFirst && arrival.kind !== 'unreadable') tap.forward(arrival.frame);
      return settler.settle(frame, outcome, { received_at }, closed);
    },
  });
}

/** Why the broker gave a message up, and in which queue. */
interface Death {
  reason: string;
  queue: string;
}

/**
 * From RabbitMQ 3.10 to 4.x a dead letter comes by the dead letter exchange of its queue, and the first entry of `x-death` is the broker's
 * own. Undefined for any other message. A header alone is no proof: a producer writes what it likes, but not to that exchange.
 */
function readDeath({ fields, properties }: Pick<ConsumeMessage, 'fields' | 'properties'>): Death | undefined {
  const deaths: unknown = properties.headers?.['x-death'];
  const death = Array.isArray(deaths) ? (deaths[0] as Partial<Death> | undefined) : undefined;
  if (fields.exchange !== EXCHANGE.deadLetters || !death) return undefined;
  const { reason, queue } = death;
  return typeof reason === 'string' && typeof queue === 'string' ? { reason, queue } : undefined;
}

/** @param last why the last try failed, where it is known. */
function outcomeOf({ reason, queue }: Death, last?: Why): Outcome {
  switch (reason) {
    case 'expired':
      return {
        kind: 'expired',
        reason: `its time was over before a function was free: it waited in ${queue}`,
        reason_code: 'deadline_in_queue',
      };
    case 'delivery_limit': {
      const why: Why = last ?? { reason: '', reason_code: 'delivery_limit' };
      const detail = last ? `; the last time: ${last.reason}` : '';
      return { kind: 'failed', ...why, reason: `it was tried to the delivery limit of ${queue}${detail}` };
    }
    default:
      return { kind: 'failed', reason: `${queue} gave it up: ${reason}`, reason_code: 'dead_lettered' };
  }
}
