import type { Database } from '../store/database.ts';

/** Deliveries that may wait, and that are kept after their end; the oldest of more are given up, or removed. */
const MAX_WAITING = 20_000;
const MAX_ENDED = 20_000;

/** Keeps the table of deliveries within its bounds. */
export async function tidyDeliveries(options: {
  database: Database;
  /** Those that ended are kept so long, milliseconds. */
  keepMs: number;
  now: number;
  maxWaiting?: number;
  maxEnded?: number;
}): Promise<{ removed: number; givenUp: number }> {
  const { database, keepMs, now, maxWaiting = MAX_WAITING, maxEnded = MAX_ENDED } = options;
  const old = await database.run("DELETE FROM deliveries WHERE state <> 'waiting' AND ended_at < ?", now - keepMs);
  // what mirrors the state to MQTT is of no interest once it is there
  await database.run("DELETE FROM deliveries WHERE rule_id = '' AND state = 'delivered'");
  const many = await database.run(
    `DELETE FROM deliveries WHERE state <> 'waiting' AND id <= (
       SELECT id FROM deliveries WHERE state <> 'waiting' ORDER BY id DESC LIMIT 1 OFFSET ?)`,
    maxEnded,
  );
  const givenUp = await database.run(
    `UPDATE deliveries SET state = 'dead', reason = ?, ended_at = ? WHERE state = 'waiting' AND lease_until <= ? AND id <= (
       SELECT id FROM deliveries WHERE state = 'waiting' ORDER BY id DESC LIMIT 1 OFFSET ?)`,
    `more than ${maxWaiting} deliveries waited`,
    now,
    now,
    maxWaiting,
  );
  return { removed: old + many, givenUp };
}
