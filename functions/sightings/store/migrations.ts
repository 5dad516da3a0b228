import type { Database } from './database.ts';

/** Steps that follow one another, each a list of SQL statements. A step that was released is never changed: another one follows. */
export type Migrations = readonly (readonly string[])[];

const VERSIONS = 'CREATE TABLE IF NOT EXISTS schema_versions (area TEXT PRIMARY KEY, version BIGINT NOT NULL)';

/**
 * Brings the tables of one area up to date. Replicas may do it at the same time: one goes first, the others find it done.
 * @param area whose tables they are: `sightings`, `rules`. Each has a version of its own.
 * @throws Error where the database was written by a newer version.
 */
export async function migrate(database: Database, area: string, steps: Migrations): Promise<void> {
  // two that make the same table at once can collide in PostgreSQL; then it is there
  await database.run(VERSIONS).catch(() => database.run(VERSIONS));
  await database.run('INSERT INTO schema_versions (area, version) VALUES (?, 0) ON CONFLICT (area) DO NOTHING', area);
  for (;;) {
    const done = await database.transaction(async (tx) => {
      // a write, so that a second replica waits here
      const rows = await tx.query<{ version: number }>(
        'UPDATE schema_versions SET version = version WHERE area = ? RETURNING version',
        area,
      );
      const version = rows[0]!.version;
      if (version > steps.length)
        throw new Error(
          `the database has version ${version} of the tables of ${area}, and this program knows ${steps.length}: a newer one wrote it`,
        );
      if (version === steps.length) return true;
      for (const sql of steps[version]!) await tx.run(sql);
      await tx.run('UPDATE schema_versions SET version = ? WHERE area = ?', version + 1, area);
      return false;
    });
    if (done) return;
  }
}
