import { MAX_RULES, type RuleSpec } from '@framewire/contract';
import { HttpError } from '@framewire/runtime/http';
import type { Log } from '@framewire/runtime/telemetry';
import type { Database, Sql } from '../store/database.ts';
import { type KeptRule, keepRule, keptRule } from './kept-rule.ts';

/** How long what was read is believed, milliseconds: another replica may have changed it. */
const FRESH_MS = 1_000;

/** The rules, with their secrets. */
export interface Rules {
  /** By name. @param sql inside a transaction, that one. */
  all(sql?: Sql): Promise<readonly KeptRule[]>;
  /** As it is at this moment. */
  find(id: string): Promise<KeptRule | undefined>;
  /** @throws HttpError 400 for one that cannot be kept, 409 where there are too many. */
  put(id: string, spec: RuleSpec): Promise<KeptRule>;
  /** Those that name a camera name it by its new id. */
  renameCamera(tx: Sql, from: string, to: string): Promise<void>;
  /** What waits for it is given up. @returns false where there was none. */
  remove(id: string): Promise<boolean>;
}

export function createRules(options: { database: Database; log: Log }): Rules {
  const { database, log } = options;
  let known: { at: number; rules: KeptRule[] } | undefined;

  function parse({ id, body }: { id: string; body: string }): KeptRule[] {
    const rule = keptRule.safeParse(JSON.parse(body));
    if (rule.success) return [rule.data];
    log.error({ rule_id: id, why: rule.error.issues[0]?.message }, 'a rule cannot be used');
    return [];
  }

  return {
    async all(sql = database) {
      if (known && performance.now() - known.at < FRESH_MS) return known.rules;
      const at = performance.now();
      const rows = await sql.query<{ id: string; body: string }>('SELECT id, body FROM rules');
      const rules = rows.flatMap(parse).sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
      known = { at, rules };
      return rules;
    },
    async find(id) {
      const [row] = await database.query<{ id: string; body: string }>('SELECT id, body FROM rules WHERE id = ?', id);
      return row && parse(row)[0];
    },
    async put(id, spec) {
      const kept = await database.transaction(async (tx) => {
        // a write, so that another replica that changes the same rule waits here
        const [row] = await tx.query<{ id: string; body: string }>(
          'UPDATE rules SET body = body WHERE id = ? RETURNING id, body',
          id,
        );
        const rule = keepRule(id, spec, row && parse(row)[0]);
        const [{ count } = { count: 0 }] = await tx.query<{ count: number }>('SELECT COUNT(*) AS count FROM rules');
        if (!row && count >= MAX_RULES)
          throw new HttpError(409, 'too_many_rules', `there are ${count} rules, and no more are kept: remove one`);
        await tx.run(
          'INSERT INTO rules (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
          id,
          JSON.stringify(rule),
        );
        return rule;
      });
      known = undefined;
      return kept;
    },
    async renameCamera(tx, from, to) {
      const rows = await tx.query<{ id: string; body: string }>('UPDATE rules SET body = body RETURNING id, body');
      for (const rule of rows.flatMap(parse)) {
        const { when } = rule;
        if (!('cameras' in when) || !when.cameras?.includes(from)) continue;
        const cameras = [...new Set(when.cameras.map((one) => (one === from ? to : one)))];
        const body = JSON.stringify({ ...rule, when: { ...when, cameras } });
        await tx.run('UPDATE rules SET body = ? WHERE id = ?', body, rule.id);
      }
      known = undefined;
    },
    async remove(id) {
      const removed = await database.transaction(async (tx) => {
        await tx.run('DELETE FROM rule_silences WHERE rule_id = ?', id);
        await tx.run(
          "UPDATE deliveries SET state = 'dead', reason = ?, ended_at = ? WHERE rule_id = ? AND state = 'waiting'",
          'its rule was removed',
          Date.now(),
          id,
        );
        return tx.run('DELETE FROM rules WHERE id = ?', id);
      });
      known = undefined;
      return removed > 0;
    },
  };
}
