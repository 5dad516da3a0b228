import type { CloudEvent, TargetKind } from '@framewire/contract';
import type { Database, Sql } from '../store/database.ts';
import type { MirrorEvent } from './mqtt/mirror-event.ts';

/** A delivery that this process holds: nobody else attempts it until the lease ends. */
export interface Claimed {
  id: number;
  event_id: string;
  /** JSON. */
  event: string;
  rule_id: string;
  target_id: string;
  kind: TargetKind;
  /** Attempts that failed before this one. */
  attempts: number;
  give_up_at: number;
}

/** What is to be delivered to whom. */
export interface NewDelivery {
  event_id: string;
  event: CloudEvent | MirrorEvent;
  rule_id: string;
  target_id: string;
  kind: TargetKind;
  /** For a person. */
  receiver: string;
}

/**
 * Deliveries as a table. A row is written in the transaction of what it is about, so that neither is there without the other. Whoever
 * delivers takes a lease on the row: a process that is killed leaves it to the next one.
 */
export interface Outbox {
  /** Adds it, once for each event and target. @returns false where it was there. */
  add(tx: Sql, delivery: NewDelivery): Promise<boolean>;
  /** Whether an event was added before, for any target. */
  has(tx: Sql, event_id: string): Promise<boolean>;
  /** The oldest waiting delivery of each target whose time has come and that nobody holds. */
  claim(most: number): Promise<Claimed[]>;
  /** These return false where the lease was lost meanwhile: then another one has it. */
  delivered(claimed: Claimed): Promise<boolean>;
  again(claimed: Claimed, at: number, reason: string): Promise<boolean>;
  giveUp(claimed: Claimed, reason: string): Promise<boolean>;
  /** What an earlier process held is free again: for a database that no other process uses. */
  release(): Promise<number>;
}

/** No attempt takes so long, milliseconds. */
export const LEASE_MS = 30_000;

export function createOutbox(options: {
  database: Database;
  /** Of this process. */
  node_id: string;
  /** Deliveries that are older are given up, milliseconds. */
  maxAgeMs: number;
  now?(): number;
}): Outbox {
  const { database, node_id, maxAgeMs, now = Date.now } = options;
  const lock = database.kind === 'postgres' ? 'FOR UPDATE OF d SKIP LOCKED' : '';

  const claimIn = async (tx: Sql, most: number) => {
    const at = now();
    const rows = await tx.query<Claimed>(
      `SELECT d.id, d.event_id, d.event, d.rule_id, d.target_id, d.kind, d.attempts, d.give_up_at FROM deliveries d
       JOIN (SELECT MIN(id) AS id FROM deliveries WHERE state = 'waiting' GROUP BY lane) head ON head.id = d.id
       WHERE d.state = 'waiting' AND d.next_at <= ? AND d.lease_until <= ? ORDER BY d.id LIMIT ? ${lock}`,
      at,
      at,
      most,
    );
    for (const { id } of rows)
      await tx.run('UPDATE deliveries SET lease_until = ?, lease_by = ? WHERE id = ?', at + LEASE_MS, node_id, id);
    return rows;
  };

  async function end({ id }: Claimed, change: string, ...values: (string | number)[]): Promise<boolean> {
    const changed = await database.run(
      `UPDATE deliveries SET ${change}, attempts = attempts + 1, lease_until = 0
       WHERE id = ? AND lease_by = ? AND state = 'waiting'`,
      ...values,
      id,
      node_id,
    );
    return changed === 1;
  }

  return {
    async add(tx, { event_id, event, rule_id, target_id, kind, receiver }) {
      const at = now();
      const added = await tx.run(
        `INSERT INTO deliveries (event_id, rule_id, target_id, lane, kind, receiver, event, state, attempts, created_at,
           next_at, give_up_at, lease_until, lease_by)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?, ?, 0, '') ON CONFLICT (event_id, target_id) DO NOTHING`,
        event_id,
        rule_id,
        target_id,
        `${rule_id}/${target_id}`,
        kind,
        receiver,
        JSON.stringify(event),
        at,
        at,
        at + maxAgeMs,
      );
      return added === 1;
    },
    has: async (tx, event_id) =>
      (await tx.query('SELECT 1 AS found FROM deliveries WHERE event_id = ? LIMIT 1', event_id)).length > 0,
    async claim(most) {
      // most of the time there is nothing: no lock is taken for that
      const [waiting] = await database.query(
        "SELECT 1 AS found FROM deliveries WHERE state = 'waiting' AND next_at <= ? AND lease_until <= ? LIMIT 1",
        now(),
        now(),
      );
      return waiting ? database.transaction((tx) => claimIn(tx, most)) : [];
    },
    delivered: (claimed) => end(claimed, "state = 'delivered', reason = NULL, ended_at = ?", now()),
    again: (claimed, at, reason) => end(claimed, 'next_at = ?, reason = ?', at, reason),
    giveUp: (claimed, reason) => end(claimed, "state = 'dead', reason = ?, ended_at = ?", reason, now()),
    release: () => database.run("UPDATE deliveries SET lease_until = 0 WHERE state = 'waiting' AND lease_until > 0"),
  };
}
