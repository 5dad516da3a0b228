import { randomUUID } from 'node:crypto';
import { EXCHANGE, PRESSURE_INTERVAL_MS, type PressureNotice } from '@framewire/contract';
import type { Broker } from '@framewire/runtime/amqp';
import { background } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { createPressure } from './shedding-controller.ts';

/** Tells the sources of a queue's live frames which share of them to let go, while that is any. */
export interface Announcer {
  /** A live frame came. @param topic undefined where it came straight to the queue, from a source that does not listen. @param waited in the queue, milliseconds; 0 where it was expected. @param life as long as it may wait. */
  came(topic: string | undefined, waited: number, life: number): void;
  /** Asked at present, 0 to 1. */
  readonly share: number;
  /** Takes back what it asked. */
  close(): Promise<void>;
}

/**
 * @param state how the queue is at a moment, as `Pressure` wants it.
 * @param onShare told at each step.
 */
export function createAnnouncer(options: {
  broker: Broker;
  state(): { overloaded: boolean; busy: boolean };
  onShare(share: number): void;
  log: Log;
}): Announcer {
  const { broker, state, onShare, log } = options;
  const connector = randomUUID();
  const pressure = createPressure(PRESSURE_INTERVAL_MS);
  /** Those that frames of this queue came by. */
  const topics = new Set<string>();
  let share = 0;

  const timer = setInterval(() => {
    const before = share;
    share = pressure.step(state());
    onShare(share);
    if (share > 0 || before > 0) background(announce(share), log, 'announcing pressure');
  }, PRESSURE_INTERVAL_MS);

  async function announce(share: number): Promise<void> {
    const content = Buffer.from(JSON.stringify({ connector, share } satisfies PressureNotice));
    const properties = { persistent: false, mandatory: false, contentType: 'application/json' };
    const publish = (topic: string) =>
      broker.publish({ exchange: EXCHANGE.pressure, key: topic, content, properties, timeoutMs: PRESSURE_INTERVAL_MS });
    await Promise.all([...topics].map(publish)).catch((error: Error) => {
      log.debug({ why: error.message }, 'sources were not told what to let go'); // the next notice follows
    });
  }

  return {
    came(topic, waited, life) {
      if (topic !== undefined) topics.add(topic);
      pressure.came(waited, life);
    },
    get share() {
      return share;
    },
    async close() {
      clearInterval(timer);
      if (share > 0) await announce(0);
    },
  };
}
