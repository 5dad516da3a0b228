import { QUEUE } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { background, repeat } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { QueueFacts } from '../snapshot.ts';

/** How often the broker is asked, milliseconds. */
const EVERY_MS = 1_000;
/** Answers that are kept; the slowest of them is left out, since a pause of a program is no slow broker. */
const KEPT = 7;

/**
 * A small question to the broker once a second: how long it takes to answer, and what stands in the queue of frames. A broker that hangs
 * loses its connections only after two heartbeats; here it shows within seconds, and without Prometheus.
 */
export interface BrokerProbe {
  /** Milliseconds: the mean of the last answers, or how long the one that is due has been waited for, if that is longer. */
  answer(): number | undefined;
  /** Frames that wait, and how many take them; undefined while it does not say. */
  queue(): { waiting: number; consumers: number } | undefined;
  /** The queue, where the broker says that there is none of that name. */
  missing(): string | undefined;
  close(): void;
}

/** The probe of the queue of faces, and one for each other queue that a function has. */
export interface BrokerProbes extends BrokerProbe {
  queues(): Map<string, QueueFacts>;
}

/** @param queues that functions have; one that came is asked about until it is not among them any more. */
export function createBrokerProbes(broker: Broker, log: Log, queues: () => string[]): BrokerProbes {
  const first = createBrokerProbe(broker, log);
  const others = new Map<string, BrokerProbe>();
  return {
    ...first,
    queues() {
      const wanted = queues().filter((queue) => queue !== QUEUE.frames);
      for (const queue of wanted) if (!others.has(queue)) others.set(queue, createBrokerProbe(broker, log, queue));
      for (const [queue, probe] of others) {
        if (wanted.includes(queue)) continue;
        probe.close();
        others.delete(queue);
      }
      return new Map(
        [...others].map(([name, probe]) => [name, { ...probe.queue(), missingQueue: probe.missing() }] as const),
      );
    },
    close() {
      for (const probe of [first, ...others.values()]) probe.close();
    },
  };
}

/** What AMQP calls a queue that is not there. */
const NOT_FOUND = 404;

export function createBrokerProbe(broker: Broker, log: Log, queue: string = QUEUE.frames): BrokerProbe {
  // it takes nothing: a consumer's channel is one that comes back by itself
  const consumer = broker.consume({ queue, prefetch: 0, onDelivery: () => 'release' });
  let answers: number[] = [];
  let found: { waiting: number; consumers: number } | undefined;
  let askedAt: number | undefined;
  let isMissing = false;

  async function ask(): Promise<void> {
    const { channel } = consumer;
    if (!channel) found = undefined;
    if (!channel || askedAt !== undefined) return;
    askedAt = Date.now();
    try {
      const { messageCount, consumerCount } = await channel.checkQueue(queue);
      answers = [...answers, Date.now() - askedAt].slice(-KEPT);
      found = { waiting: messageCount, consumers: consumerCount };
      isMissing = false;
    } catch (error) {
      // the channel ended, and with it the question
      found = undefined;
      isMissing = (error as { code?: number }).code === NOT_FOUND;
    } finally {
      askedAt = undefined;
    }
  }

  const stopAsking = repeat(ask, EVERY_MS, log, 'asking the broker');
  return {
    answer() {
      const due = askedAt === undefined ? 0 : Date.now() - askedAt;
      if (answers.length === 0 && due === 0) return undefined;
      const usual = [...answers].sort((a, b) => a - b).slice(0, -1);
      return Math.max(due, usual.reduce((sum, ms) => sum + ms, 0) / Math.max(1, usual.length));
    },
    queue: () => found,
    missing: () => (isMissing ? queue : undefined),
    close() {
      stopAsking();
      background(consumer.stop(), log, 'closing a probe');
    },
  };
}
