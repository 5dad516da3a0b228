import {
  type CloudEvent,
  type DeliveriesAnswer,
  type Delivery,
  type DeliveryState,
  delivery as deliverySchema,
} from '@framewire/contract';
import type { Database } from '../store/database.ts';

/** What a person sees of deliveries, and what they can do about one. */
export interface DeliveryList {
  page(wanted: { rule?: string; state?: DeliveryState; before?: number; limit: number }): Promise<DeliveriesAnswer>;
  find(id: number): Promise<Delivery | undefined>;
  /** Puts one that was given up to the waiting ones again, with all its attempts. @returns false where it was not given up. */
  retry(id: number): Promise<boolean>;
  counts(): Promise<Counts>;
}

export interface Counts {
  waiting: number;
  dead: number;
  /** How long the oldest waiting one has waited, milliseconds. */
  oldestMs: number;
}

const COLUMNS =
  'id, event_id, event, rule_id, target_id, kind, receiver, state, attempts, reason, created_at, next_at, ended_at';

export function createDeliveryList(options: { database: Database; maxAgeMs: number; now?(): number }): DeliveryList {
  const { database, maxAgeMs, now = Date.now } = options;

  async function counts(): Promise<Counts> {
    const [waiting] = await database.query<{ count: number; oldest: number | null }>(
      "SELECT COUNT(*) AS count, MIN(created_at) AS oldest FROM deliveries WHERE state = 'waiting'",
    );
    const [dead] = await database.query<{ count: number }>(
      "SELECT COUNT(*) AS count FROM deliveries WHERE state = 'dead' AND rule_id <> ''",
    );
    const oldest = waiting?.oldest ?? undefined;
    return {
      waiting: waiting?.count ?? 0,
      dead: dead?.count ?? 0,
      oldestMs: oldest === undefined ? 0 : Math.max(0, now() - oldest),
    };
  }

  return {
    counts,
    async page({ rule, state, before, limit }) {
      const rows = await database.query<Row>(
        `SELECT ${COLUMNS} FROM deliveries WHERE rule_id <> '' AND id < ? AND (? = '' OR rule_id = ?) AND (? = '' OR state = ?)
         ORDER BY id DESC LIMIT ?`,
        before ?? Number.MAX_SAFE_INTEGER,
        rule ?? '',
        rule ?? '',
        state ?? '',
        state ?? '',
        limit + 1,
      );
      const { waiting, dead } = await counts();
      const deliveries = rows.slice(0, limit).map(toDelivery);
      const next = rows.length > limit ? deliveries.at(-1)!.id : undefined;
      return { deliveries, ...(next !== undefined && { next }), waiting, dead };
    },
    async find(id) {
      const [row] = await database.query<Row>(`SELECT ${COLUMNS} FROM deliveries WHERE id = ? AND rule_id <> ''`, id);
      return row && toDelivery(row);
    },
    retry: async (id) =>
      (await database.run(
        `UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = ?, give_up_at = ?, ended_at = NULL
         WHERE id = ? AND state = 'dead'`,
        now(),
        now() + maxAgeMs,
        id,
      )) === 1,
  };
}

interface Row {
  id: number;
  event_id: string;
  event: string;
  rule_id: string;
  target_id: string;
  kind: string;
  receiver: string;
  state: string;
  attempts: number;
  reason: string | null;
  created_at: number;
  next_at: number;
  ended_at: number | null;
}

function toDelivery(row: Row): Delivery {
  const { type, data } = JSON.parse(row.event) as CloudEvent;
  return deliverySchema.parse({
    id: row.id,
    event_id: row.event_id,
    type,
    message: data.message,
    rule: data.rule,
    target_id: row.target_id,
    kind: row.kind,
    to: row.receiver,
    state: row.state,
    attempts: row.attempts,
    reason: row.reason ?? undefined,
    created_at: row.created_at / 1000,
    ...(row.state === 'waiting' && { next_at: row.next_at / 1000 }),
    ...(row.ended_at !== null && { ended_at: row.ended_at / 1000 }),
  });
}
