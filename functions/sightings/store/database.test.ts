import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@framewire/testkit';
import { noPostgres, startPostgres, type TestPostgres } from '@framewire/testkit/databases/postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { migrate } from './migrations.ts';
import { openDatabase } from './open-database.ts';

let postgres: TestPostgres | undefined;
let folder: string;
let count = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-database-'));
  if (!noPostgres) postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const kinds = [
  { kind: 'sqlite', skip: undefined, where: async () => ({ file: join(folder, `deep/${++count}.sqlite`) }) },
  {
    kind: 'postgres',
    skip: noPostgres,
    where: async () => ({ url: await postgres!.createDatabase(`test${++count}`) }),
  },
] as const;

for (const { kind, skip, where } of kinds)
  describe.skipIf(skip)(`the database: ${kind}`, () => {
    let place: Awaited<ReturnType<typeof where>>;
    let database: Database;
    beforeEach(async () => {
      place = await where();
      database = openDatabase(place, silentLog);
      await migrate(database, 'things', [
        ['CREATE TABLE things (id TEXT PRIMARY KEY, size DOUBLE PRECISION, total BIGINT)'],
      ]);
    });
    afterEach(() => database.close());
    const all = () => database.query('SELECT * FROM things ORDER BY id');

    it('keeps text, numbers, booleans and nothing as they are', async () => {
      expect(database.kind).toBe(kind);
      const insert = 'INSERT INTO things (id, size, total) VALUES (?, ?, ?)';
      expect(await database.run(insert, 'å "quoted" \'?\'', 1.5, 1_795_639_550_385)).toBe(1);
      await database.run(insert, 'none', undefined, true);
      expect(await all()).toEqual([
        { id: 'none', size: null, total: 1 },
        { id: 'å "quoted" \'?\'', size: 1.5, total: 1_795_639_550_385 },
      ]);
      expect(await database.query('SELECT COUNT(*) AS count FROM things WHERE size > ?', 1)).toEqual([{ count: 1 }]);
      expect(await database.run('UPDATE things SET total = ? WHERE id = ?', 2, 'nobody')).toBe(0);
    });

    it('does all of a transaction or nothing, and shows nothing of it before', async () => {
      const failing = database.transaction(async (tx) => {
        await tx.run('INSERT INTO things (id) VALUES (?)', 'one');
        expect(await tx.query('SELECT id FROM things')).toEqual([{ id: 'one' }]);
        expect(await all()).toEqual([]);
        throw new Error('as it may happen');
      });
      await expect(failing).rejects.toThrow('as it may happen');
      expect(await all()).toEqual([]);
      const added = database.transaction((tx) =>
        tx.query("INSERT INTO things (id) VALUES ('two') RETURNING id").then(([row]) => row),
      );
      expect(await added).toEqual({ id: 'two' });
      expect(await all()).toHaveLength(1);
    });

    it('goes on after a wrong statement, inside a transaction too', async () => {
      await expect(database.query('SELECT id FROM nowhere')).rejects.toThrow(/nowhere/);
      await expect(database.transaction((tx) => tx.run('INSERT INTO nowhere VALUES (1)'))).rejects.toThrow(/nowhere/);
      await database.run("INSERT INTO things (id) VALUES ('one')");
      await expect(database.transaction((tx) => tx.run("INSERT INTO things (id) VALUES ('one')"))).rejects.toThrow(
        /unique/i,
      );
      expect(await all()).toHaveLength(1);
    });

    it('counts right however many count at once', async () => {
      await database.run("INSERT INTO things (id, total) VALUES ('counter', 0)");
      const add = () =>
        database.transaction(async (tx) => {
          const [row] = await tx.query<{ total: number }>('UPDATE things SET total = total RETURNING total');
          await tx.run('UPDATE things SET total = ?', row!.total + 1);
        });
      await Promise.all(Array.from({ length: 30 }, add));
      expect((await all())[0]).toMatchObject({ total: 30 });
    });

    it('is migrated step by step, each once, by however many at the same time', async () => {
      const other = openDatabase(place, silentLog);
      const steps = [
        ['CREATE TABLE a (id TEXT PRIMARY KEY)'],
        ['ALTER TABLE a ADD COLUMN b BIGINT', "INSERT INTO a VALUES ('x', 1)"],
      ];
      await migrate(database, 'a', steps.slice(0, 1));
      await Promise.all([migrate(database, 'a', steps), migrate(other, 'a', steps), migrate(other, 'a', steps)]);
      expect(await database.query('SELECT * FROM a')).toEqual([{ id: 'x', b: 1 }]);
      await expect(migrate(other, 'a', steps.slice(0, 1))).rejects.toThrow('has version 2 of the tables of a');
      // a step that fails leaves nothing behind
      const broken = [...steps, ['CREATE TABLE c (id TEXT)', 'CREATE TABLE c (id TEXT)']];
      await expect(migrate(database, 'a', broken)).rejects.toThrow(/exists/);
      await expect(database.query('SELECT * FROM c')).rejects.toThrow(/c/);
      await other.close();
    });

    it('keeps what was committed when it is opened again', async () => {
      await database.run("INSERT INTO things (id) VALUES ('one')");
      await database.close();
      database = openDatabase(place, silentLog);
      expect(await all()).toHaveLength(1);
    });
  });

describe.skipIf(noPostgres)('a PostgreSQL that is killed', () => {
  it('ends nothing, is named while it is away, and answers again', async () => {
    const database = openDatabase({ url: await postgres!.createDatabase('killed') }, silentLog);
    await migrate(database, 'things', [['CREATE TABLE things (id TEXT PRIMARY KEY)']]);
    await database.run("INSERT INTO things VALUES ('one')");
    const cut = database.transaction(async (tx) => {
      await tx.run("INSERT INTO things VALUES ('lost')");
      await postgres!.kill();
      await tx.run("INSERT INTO things VALUES ('never')");
    });
    await expect(cut).rejects.toThrow();
    await expect(database.query('SELECT 1')).rejects.toThrow('PostgreSQL cannot be reached');
    expect(database.problem()).toContain('PostgreSQL cannot be reached');
    await postgres!.start();
    expect(await database.query('SELECT * FROM things')).toEqual([{ id: 'one' }]);
    expect(database.problem()).toBeUndefined();
    await database.close();
  });
});
