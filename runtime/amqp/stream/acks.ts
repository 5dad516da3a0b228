import type { Channel, ConsumeMessage } from 'amqplib';

/** An ack is owed no longer, milliseconds: the broker closes a channel that owes one for half an hour. */
const MAX_OWED_MS = 1_000;

/**
 * Acks the deliveries of a stream several at once. In a stream an ack is no more than credit for further deliveries: none that was not
 * acked comes again, and nothing is forgotten for one that was.
 * @param every deliveries that are acked at once, unless fewer come within a second.
 * @returns takes each delivery in its order.
 */
export function createStreamAcks(channel: Channel, every: number): (delivery: ConsumeMessage) => void {
  let owed = 0;
  let last: ConsumeMessage | undefined;
  let timer: NodeJS.Timeout | undefined;

  function pay(): void {
    clearTimeout(timer);
    timer = undefined;
    owed = 0;
    try {
      channel.ack(last!, true);
    } catch {
      // the channel has closed: nothing is owed any more
    }
  }

  return (delivery) => {
    last = delivery;
    if (++owed >= every) pay();
    else timer ??= setTimeout(pay, MAX_OWED_MS).unref();
  };
}
