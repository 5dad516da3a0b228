import type { Log } from '@framewire/runtime/telemetry';
import pg from 'pg';
import type { Database, Sql, Value } from './database.ts';

const MAX_CONNECTIONS = 8;
/** How long a connection, a statement, and its answer are waited for, milliseconds. */
const CONNECT_MS = 5_000;
const STATEMENT_MS = 15_000;
const ANSWER_MS = 20_000;

/** Of PostgreSQL's types: int8 comes as text otherwise, and ours all fit a number. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text') =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)) as never,
};

/** @param url with user and password; neither is ever logged. */
export function openPostgres(url: string, log: Log): Database {
  let problem: string | undefined;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'framewire-sightings',
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    idle_in_transaction_session_timeout: ANSWER_MS,
    keepAlive: true,
    types,
  });
  // of a connection that nobody uses at the moment
  pool.on('error', (error) => lost(error));
  pool.on('connect', (client) => client.on('error', (error) => lost(error)));

  function lost(error: Error): void {
    if (problem !== error.message) log.warn({ why: error.message }, 'a connection to PostgreSQL was lost');
    problem = error.message;
  }

  async function connect(): Promise<pg.PoolClient> {
    try {
      const client = await pool.connect();
      problem = undefined;
      return client;
    } catch (error) {
      problem = `PostgreSQL cannot be reached: ${(error as Error).message || (error as { code?: string }).code}`;
      throw new Error(problem, { cause: error });
    }
  }

  async function use<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await connect();
    let broken: Error | undefined;
    try {
      return await work(on(client));
    } catch (error) {
      // an error that PostgreSQL answered with leaves the connection as it was
      if (!(error instanceof pg.DatabaseError) || error.severity === 'FATAL') broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    kind: 'postgres',
    query: (sql, ...values) => use((client) => client.query(sql, ...values)),
    run: (sql, ...values) => use((client) => client.run(sql, ...values)),
    transaction: (work) =>
      use(async (client) => {
        await client.run('BEGIN');
        let result: Awaited<ReturnType<typeof work>>;
        try {
          result = await work(client);
        } catch (error) {
          try {
            await client.run('ROLLBACK');
          } catch {
            throw new Error((error as Error).message, { cause: error }); // not PostgreSQL's own: its connection is given up
          }
          throw error;
        }
        await client.run('COMMIT');
        return result;
      }),
    problem: () => problem,
    close: () => pool.end(),
  };
}

function on(client: pg.PoolClient): Sql {
  const send = (sql: string, values: Value[]) =>
    client.query(
      numbered(sql),
      values.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
    );
  return {
    query: async (sql, ...values) => (await send(sql, values)).rows,
    run: async (sql, ...values) => (await send(sql, values)).rowCount ?? 0,
  };
}

/** `?` as PostgreSQL writes it: `$1`, `$2`, ... */
function numbered(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => `$${++count}`);
}
