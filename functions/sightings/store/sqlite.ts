import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { backoff, createTurns, sleep } from '@framewire/runtime/process';
import Sqlite from 'libsql';
import type { Database, Sql, Value } from './database.ts';

/** How long SQLite itself waits for a lock of another process, milliseconds: this process does nothing else meanwhile. */
const BUSY_MS = 20;
/** And how long it is tried again, with everything else going on. */
const LOCKED_MS = 10_000;

/** One connection writes, one thing at a time; another one reads what is committed. */
export function openSqlite(file: string): Database {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let writer = open(file);
  const reader = open(file);
  reader.pragma('query_only = ON');
  const inTurn = createTurns();

  const transaction = <T>(work: (tx: Sql) => Promise<T>) =>
    inTurn(async () => {
      await begin(writer);
      try {
        const result = await work(on(writer));
        writer.exec('COMMIT');
        return result;
      } catch (error) {
        if (writer.inTransaction) writer.exec('ROLLBACK');
        // after any other error than a refused value libsql keeps the statement open, and no later commit passes it
        if (codeOf(error)?.startsWith('SQLITE_') && !codeOf(error)?.startsWith('SQLITE_CONSTRAINT'))
          writer = open(file);
        throw error;
      }
    });

  return {
    kind: 'sqlite',
    query: on(reader).query,
    run: (sql, ...values) => transaction((tx) => tx.run(sql, ...values)),
    transaction,
    problem: () => undefined,
    close: () =>
      inTurn(async () => {
        reader.close();
        writer.close();
      }),
  };
}

function open(file: string): Sqlite.Database {
  const database = new Sqlite(file);
  database.pragma(`busy_timeout = ${BUSY_MS}`);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL'); // a commit is on disk when it returns
  return database;
}

function on(database: Sqlite.Database): Sql {
  return {
    async query<T>(sql: string, ...values: Value[]) {
      return database.prepare(sql).all(values.map(plain)) as T[];
    },
    async run(sql, ...values) {
      return database.prepare(sql).run(values.map(plain)).changes;
    },
  };
}

/** Takes the lock that lets it write; tries again while another process has it. */
async function begin(database: Sqlite.Database): Promise<void> {
  const end = Date.now() + LOCKED_MS;
  for (let attempt = 0; ; attempt++) {
    try {
      database.exec('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      if (codeOf(error) !== 'SQLITE_BUSY' || Date.now() > end) throw error;
      await sleep(backoff(attempt, 5, 200));
    }
  }
}

const codeOf = (error: unknown) => (error as { code?: string }).code;

const plain = (value: Value) => (typeof value === 'boolean' ? Number(value) : (value ?? null));
