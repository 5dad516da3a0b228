/** What a column holds. A boolean is written as 0 or 1, and undefined as null. */
export type Value = string | number | boolean | null | undefined;
export type Row = Record<string, string | number | null>;

/**
 * SQL that both databases understand: `?` for each value (and nowhere else in the text), `TEXT`, `BIGINT`, `DOUBLE PRECISION`,
 * `ON CONFLICT`, `RETURNING`. Numbers come back as numbers, JSON is text.
 */
export interface Sql {
  /** The rows that it answers with. */
  query<T extends object = Row>(sql: string, ...values: Value[]): Promise<T[]>;
  /** How many rows it changed. */
  run(sql: string, ...values: Value[]): Promise<number>;
}

/** Where sightings, rules and deliveries are kept. Reading waits for no writing. */
export interface Database extends Sql {
  readonly kind: 'sqlite' | 'postgres';
  /**
   * All of it happens or nothing, and it outlives kill -9 and a power cut once this resolves. Inside, use `tx` alone: the database
   * itself would not see what was written, or wait for this transaction. Where it rejects because the connection was lost, it may have
   * happened all the same: whoever repeats it looks first.
   */
  transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
  /** What keeps it from answering; undefined while nothing is known to. */
  problem(): string | undefined;
  /** Waits for what is under way. */
  close(): Promise<void>;
}
