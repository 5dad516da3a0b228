import { QUEUE } from '@framewire/contract';
import type { Broker } from '@framewire/runtime';

/** How often the broker is asked, milliseconds. */
const EVERY_MS = 1_000;
/** Its answer is the median of so many. */
const KEPT = 7;

/**
 * A small question to the broker once a second: how long it takes to answer, and what stands in the queue of frames. A broker that hangs
 * loses its connections only after two heartbeats; here it shows within seconds, and without Prometheus.
 */
export interface BrokerProbe {
  /** Milliseconds: the median of the last answers, or how long the one that is due has been waited for, if that is longer. */
  answer(): number | undefined;
  /** Frames that wait, and how many take them; undefined while it does not say. */
  queue(): { waiting: number; consumers: number } | undefined;
  close(): void;
}

export function createBrokerProbe(broker: Broker, queue: string = QUEUE.frames): BrokerProbe {
  // it takes nothing: a consumer's channel is one that comes back by itself
  const consumer = broker.consume({ queue, prefetch: 0, onDelivery: () => 'release' });
  let answers: number[] = [];
  let found: { waiting: number; consumers: number } | undefined;
  let askedAt: number | undefined;

  async function ask(): Promise<void> {
    const { channel } = consumer;
    if (!channel) found = undefined;
    if (!channel || askedAt !== undefined) return;
    askedAt = Date.now();
    try {
      const { messageCount, consumerCount } = await channel.checkQueue(queue);
      answers = [...answers, Date.now() - askedAt].slice(-KEPT);
      found = { waiting: messageCount, consumers: consumerCount };
    } catch {
      // the channel ended, and with it the question
      found = undefined;
    } finally {
      askedAt = undefined;
    }
  }

  const timer = setInterval(ask, EVERY_MS);
  timer.unref();
  return {
    answer() {
      const median = [...answers].sort((a, b) => a - b)[answers.length >> 1];
      const due = askedAt === undefined ? 0 : Date.now() - askedAt;
      return median === undefined && due === 0 ? undefined : Math.max(median ?? 0, due);
    },
    queue: () => found,
    close: () => clearInterval(timer),
  };
}
