import type { Log } from '@framewire/runtime/telemetry';
import type { Database } from './database.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/** @param where `{ url }` of a PostgreSQL with user and password, or the `{ file }` of an SQLite database, which is made where it is missing. */
export function openDatabase(where: { url: string } | { file: string }, log: Log): Database {
  return 'url' in where ? openPostgres(where.url, log) : openSqlite(where.file);
}
