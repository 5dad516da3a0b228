import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@framewire/testkit';
import { migrate } from '../store/migrations.ts';
import { openDatabase } from '../store/open-database.ts';
import { TABLES } from '../store/tables.ts';

/** A migrated SQLite database in a folder of its own. `again` opens it once more, as the next process does. */
export async function startDatabase() {
  const folder = mkdtempSync(join(tmpdir(), 'framewire-sightings-'));
  const again = () => openDatabase({ file: join(folder, 'test.sqlite') }, silentLog);
  const database = again();
  await migrate(database, 'sightings', TABLES);
  return {
    folder,
    database,
    again,
    async remove() {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
