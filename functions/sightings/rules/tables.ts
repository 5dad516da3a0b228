import type { Database } from '../store/database.ts';
import { migrate } from '../store/migrations.ts';

/** Makes the tables of rules, or brings them up to date. */
export const migrateRules = (database: Database): Promise<void> =>
  migrate(database, 'rules', [
    [
      'CREATE TABLE rules (id TEXT PRIMARY KEY, body TEXT NOT NULL)',
      // when a rule last notified of a camera or the like, milliseconds since the epoch
      'CREATE TABLE rule_silences (rule_id TEXT NOT NULL, subject TEXT NOT NULL, last_at BIGINT NOT NULL, PRIMARY KEY (rule_id, subject))',
      // up to which moment result_queue was read, milliseconds since the epoch
      'CREATE TABLE rule_progress (name TEXT PRIMARY KEY, read_to BIGINT NOT NULL)',
      'CREATE TABLE seen_labels (camera_id TEXT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (camera_id, label))',
    ],
  ]);
