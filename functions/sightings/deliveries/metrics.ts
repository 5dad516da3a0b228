import type { TargetKind } from '@framewire/contract';
import { Counter, Gauge, Histogram, type Registry } from '@framewire/runtime/telemetry';

export interface DeliveryMetrics {
  attempt(kind: TargetKind, ok: boolean, seconds: number): void;
  ended(kind: TargetKind, outcome: 'delivered' | 'dead'): void;
  counts(now: { waiting: number; dead: number; oldestMs: number }): void;
}

/** What is delivered to whom, by kind of target: names of rules are none of its labels. */
export function createDeliveryMetrics(registry: Registry): DeliveryMetrics {
  const registers = [registry];
  const deliveries = new Counter({
    name: 'notification_deliveries_total',
    help: 'Notifications that were delivered, or given up (dead).',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const attempts = new Counter({
    name: 'notification_attempts_total',
    help: 'Attempts to deliver a notification.',
    labelNames: ['kind', 'ok'],
    registers,
  });
  const seconds = new Histogram({
    name: 'notification_attempt_seconds',
    help: 'How long an attempt took.',
    labelNames: ['kind'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const waiting = new Gauge({ name: 'notifications_waiting', help: 'Deliveries that wait.', registers });
  const dead = new Gauge({
    name: 'notifications_dead',
    help: 'Deliveries that were given up and are still kept.',
    registers,
  });
  const oldest = new Gauge({
    name: 'notifications_oldest_seconds',
    help: 'How long the oldest waiting delivery has waited.',
    registers,
  });
  for (const kind of ['webhook', 'mqtt', 'browser'])
    for (const outcome of ['delivered', 'dead']) deliveries.inc({ kind, outcome }, 0);

  return {
    attempt(kind, ok, took) {
      attempts.inc({ kind, ok: String(ok) });
      seconds.observe({ kind }, took);
    },
    ended: (kind, outcome) => deliveries.inc({ kind, outcome }),
    counts(now) {
      waiting.set(now.waiting);
      dead.set(now.dead);
      oldest.set(now.oldestMs / 1000);
    },
  };
}
