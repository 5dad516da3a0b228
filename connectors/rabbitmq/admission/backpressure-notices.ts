import { randomUUID } from 'node:crypto';
import { BACKPRESSURE_INTERVAL_MS, type BackpressureNotice, EXCHANGE } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { background } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { createSheddingController } from './shedding-controller.ts';

/** Publishes which share of a queue's live frames its sources should shed, for as long as there is one. */
export interface BackpressureNotices {
  /** A live frame came. @param topic undefined where it came straight to the queue, from a source that does not listen. @param waited in the queue, milliseconds; 0 where it was expected. @param life how long it may wait, milliseconds. */
  observe(topic: string | undefined, waited: number, life: number): void;
  /** What is asked of the sources now, 0 to 1. */
  readonly share: number;
  /** Takes back what was asked. */
  close(): Promise<void>;
}

/**
 * @param state of the queue now, as `SheddingController` wants it.
 * @param onShare called with the share at each step.
 */
export function createBackpressureNotices(options: {
  broker: Broker;
  state(): { overloaded: boolean; busy: boolean };
  onShare(share: number): void;
  log: Log;
}): BackpressureNotices {
  const { broker, state, onShare, log } = options;
  const connector = randomUUID();
  const controller = createSheddingController(BACKPRESSURE_INTERVAL_MS);
  /** Those of the frames that came. */
  const topics = new Set<string>();
  let share = 0;

  const timer = setInterval(() => {
    const before = share;
    share = controller.step(state());
    onShare(share);
    if (share > 0 || before > 0) background(publish(share), log, 'publishing a shedding notice');
  }, BACKPRESSURE_INTERVAL_MS);

  async function publish(share: number): Promise<void> {
    const content = Buffer.from(JSON.stringify({ connector, shed_ratio: share } satisfies BackpressureNotice));
    const properties = { persistent: false, mandatory: false, contentType: 'application/json' };
    const publishTo = (topic: string) =>
      broker.publish({
        exchange: EXCHANGE.backpressure,
        key: topic,
        content,
        properties,
        timeoutMs: BACKPRESSURE_INTERVAL_MS,
      });
    await Promise.all([...topics].map(publishTo)).catch((error: Error) => {
      log.debug({ why: error.message }, 'a shedding notice was not published'); // the next one follows
    });
  }

  return {
    observe(topic, waited, life) {
      if (topic !== undefined) topics.add(topic);
      controller.observe(waited, life);
    },
    get share() {
      return share;
    },
    async close() {
      clearInterval(timer);
      if (share > 0) await publish(0);
    },
  };
}
