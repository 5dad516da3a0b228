import { repeat } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Database, Sql } from '../store/database.ts';

/** A camera got another id. */
export interface CameraRename {
  camera_id: string;
  renamed_to: string;
  /** What the camera saw until then is the new id's too, seconds since the epoch. */
  until: number;
}

/** The last sightings under an old id come late, and end once the camera was silent for a minute. Both are over by then, milliseconds. */
const SETTLE_MS = 300_000;
/** So long it is known that a rename was seen: it may be read again. Milliseconds. */
const KEEP_MS = 86_400_000;
const FOLLOW_MS = 5_000;

/** Sightings follow their camera to another id. */
export interface CameraRenames {
  /** Gives what has ended its camera's new id, and what ends later when it has. @returns false where it was known before. */
  note(tx: Sql, rename: CameraRename): Promise<boolean>;
  close(): void;
}

export function createCameraRenames(database: Database, log: Log): CameraRenames {
  const settling = (sql: Sql) =>
    sql.query<CameraRename>(
      'SELECT camera_id, renamed_to, until FROM camera_renames WHERE noted > ? ORDER BY until',
      Date.now() - SETTLE_MS,
    );

  /** In the order of the changes: a camera may have got another id more than once. One that is still seen ends under its old id. */
  async function follow(tx: Sql, renames: CameraRename[]): Promise<void> {
    for (const { camera_id, renamed_to, until } of renames)
      await tx.run(
        'UPDATE sightings SET camera_id = ? WHERE camera_id = ? AND began <= ? AND ended IS NOT NULL',
        renamed_to,
        camera_id,
        until,
      );
  }

  async function followLate(): Promise<void> {
    const renames = await settling(database);
    if (renames.length > 0) await database.transaction((tx) => follow(tx, renames));
  }
  const stop = repeat(followLate, FOLLOW_MS, log, 'giving sightings the new id of their camera');

  return {
    async note(tx, { camera_id, renamed_to, until }) {
      await tx.run('DELETE FROM camera_renames WHERE noted < ?', Date.now() - KEEP_MS);
      const added = await tx.run(
        `INSERT INTO camera_renames (camera_id, renamed_to, until, noted) VALUES (?, ?, ?, ?)
         ON CONFLICT (camera_id, until) DO NOTHING`,
        camera_id,
        renamed_to,
        until,
        Date.now(),
      );
      if (added > 0) await follow(tx, await settling(tx));
      return added > 0;
    },
    close: stop,
  };
}
