import { background, repeat } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import { backOff } from './back-off.ts';
import type { DeliveryMetrics } from './metrics.ts';
import type { Claimed, Outbox } from './outbox.ts';
import type { Attempt } from './sender.ts';

/** How often it is looked whether something waits, milliseconds. What is added by this process is seen at once. */
const LOOK_MS = 1_000;
/** Deliveries under way at once: as many as there can be targets. Each has one, so none takes another's place. */
const MAX_UNDER_WAY = 512;

export interface Dispatcher {
  /** Something was added. */
  wake(): void;
  /** Attempts what is due, once, and resolves when these attempts have ended. */
  turn(): Promise<void>;
  /** Begins nothing new, and waits for what is under way. */
  close(): Promise<void>;
}

/**
 * Delivers what waits in the outbox: of each target the oldest first, one at a time, so that they arrive in order. A target that is slow or
 * away holds up itself alone.
 */
export function createDispatcher(options: {
  outbox: Outbox;
  /** Attempts one delivery. Never rejects. */
  attempt(claimed: Claimed): Promise<Attempt>;
  maxAttempts: number;
  metrics: DeliveryMetrics;
  log: Log;
  now?(): number;
  random?(): number;
  /** False: only `turn` attempts anything. */
  automatic?: boolean;
}): Dispatcher {
  const {
    outbox,
    attempt,
    maxAttempts,
    metrics,
    log,
    now = Date.now,
    random = Math.random,
    automatic = true,
  } = options;
  const underWay = new Set<Promise<void>>();
  let closed = false;
  let looking: Promise<void> | undefined;
  let again = false;

  async function look(): Promise<void> {
    do {
      again = false;
      const claimed = await outbox.claim(MAX_UNDER_WAY - underWay.size);
      for (const one of claimed) begin(one);
    } while (again && !closed);
  }

  /** One look at a time; one that is asked for meanwhile follows. */
  function lookSoon(): Promise<void> {
    if (closed) return Promise.resolve();
    if (looking !== undefined) {
      again = true;
      return looking;
    }
    looking = look().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  function begin(claimed: Claimed): void {
    const work = deliver(claimed).finally(() => {
      underWay.delete(work);
      if (automatic) wake();
    });
    underWay.add(work);
    background(work, log, 'delivering a notification');
  }

  async function deliver(claimed: Claimed): Promise<void> {
    const { kind, give_up_at } = claimed;
    if (now() >= give_up_at) return giveUp(claimed, 'it was too old');
    const began = performance.now();
    const result = await attempt(claimed);
    metrics.attempt(kind, result.ok, (performance.now() - began) / 1000);
    if (result.ok) {
      if (await outbox.delivered(claimed)) metrics.ended(kind, 'delivered');
      return;
    }
    const attempts = claimed.attempts + 1;
    if (result.final) return giveUp(claimed, result.reason);
    if (attempts >= maxAttempts) return giveUp(claimed, `${attempts} attempts failed; the last one: ${result.reason}`);
    const next = now() + backOff(attempts, result.retryAfterMs, random);
    if (next >= give_up_at) return giveUp(claimed, `it would be too old at the next attempt; ${result.reason}`);
    await outbox.again(claimed, next, result.reason);
  }

  async function giveUp(claimed: Claimed, reason: string): Promise<void> {
    if (!(await outbox.giveUp(claimed, reason))) return;
    metrics.ended(claimed.kind, 'dead');
    const { rule_id, target_id, event_id } = claimed;
    log.warn({ rule_id, target_id, event_id, why: reason }, 'a notification was given up');
  }

  const wake = () => background(lookSoon(), log, 'looking for deliveries');
  const stop = automatic ? repeat(lookSoon, LOOK_MS, log, 'looking for deliveries') : () => {};

  return {
    wake,
    async turn() {
      await lookSoon();
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async close() {
      stop();
      closed = true;
      await looking?.catch(() => {});
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
