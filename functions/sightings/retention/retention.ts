import { createTurns, repeat } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { Metrics } from '../metrics.ts';
import { filesOf, pictureFile } from '../pictures/keys.ts';
import type { PictureStore } from '../pictures/picture-store.ts';
import type { Database, Sql } from '../store/database.ts';

/** How many are deleted at once. */
const STEP = 100;
const SWEEP_MS = 30_000;
/** Pictures of frames may take so much of the bound. */
const FRAMES_SHARE = 0.1;
/** Once the bound is reached, so much of it is left: not every further picture deletes one. */
const DOWN_TO = 0.95;

export interface Retention {
  /** So many bytes more are kept: deletes at once where that is too much. */
  added(bytes: number): void;
  /** Deletes what is too old or too much. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** Deletes the oldest sightings and pictures, in small steps. Rows go first: a file without a row is removed at the next start. */
export function createRetention(options: {
  database: Database;
  store: PictureStore;
  days: number;
  bytes: number;
  metrics: Metrics;
  log: Log;
  now?: () => number;
}): Retention {
  const { database, store, days, bytes: most, metrics, log, now = Date.now } = options;
  const inTurn = createTurns();
  let used = 0;
  let closed = false;
  let again = false;

  const sumOf = async (table: string) => {
    const [row] = await database.query<{ bytes: number | null }>(`SELECT SUM(bytes) AS bytes FROM ${table}`);
    return Number(row?.bytes ?? 0);
  };

  async function sweepOnce(): Promise<void> {
    const oldest = now() / 1000 - days * 86_400;
    while (!closed && (await dropSightings('began < ?', oldest)) > 0);
    while (!closed && (await dropFrames('captured_at < ?', oldest)) > 0);
    let frames = await sumOf('frame_pictures');
    if (frames > most * FRAMES_SHARE)
      while (!closed && frames > most * FRAMES_SHARE * DOWN_TO) {
        const freed = await dropFrames('captured_at >= ?', 0);
        if (freed === 0) break;
        frames -= freed;
      }
    let sightings = await sumOf('sightings');
    if (frames + sightings > most)
      while (!closed && frames + sightings > most * DOWN_TO) {
        // those that last go last
        const freed = await dropSightings('ended IS NOT NULL AND began >= ?', 0);
        if (freed === 0) break;
        sightings -= freed;
      }
    used = frames + sightings;
    metrics.bytes.set(used);
  }

  async function dropSightings(which: string, value: number): Promise<number> {
    type Row = { id: string; began: number; picture: string | null; bytes: number };
    const rows = await database.transaction(async (tx) => {
      const found = await tx.query<Row>(
        `SELECT id, began, picture, bytes FROM sightings WHERE ${which} ORDER BY began, id LIMIT ${STEP}`,
        value,
      );
      await deleteById(tx, 'sightings', 'id', found);
      await deleteById(tx, 'sighting_zones', 'id', found);
      return found;
    });
    return dropped('sighting', rows, (key) => filesOf(key));
  }

  async function dropFrames(which: string, value: number): Promise<number> {
    type Row = { id: string; picture: string; bytes: number };
    const rows = await database.transaction(async (tx) => {
      const found = await tx.query<Row>(
        `SELECT frame_id AS id, picture, bytes FROM frame_pictures WHERE ${which} ORDER BY captured_at, frame_id LIMIT ${STEP}`,
        value,
      );
      await deleteById(tx, 'frame_pictures', 'frame_id', found);
      return found;
    });
    return dropped('frame', rows, (key) => [pictureFile(key)]);
  }

  async function dropped(
    kind: string,
    rows: { picture: string | null; bytes: number }[],
    files: (key: string) => string[],
  ): Promise<number> {
    const keys = rows.flatMap(({ picture }) => (picture === null ? [] : files(picture)));
    await store.delete(keys);
    metrics.deleted.inc({ kind }, rows.length);
    return rows.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  const sweep = () => inTurn(sweepOnce);
  const stop = repeat(sweep, SWEEP_MS, log, 'deleting old sightings');

  return {
    added(bytes) {
      used += bytes;
      metrics.bytes.set(used);
      if (used <= most || again || closed) return;
      again = true;
      sweep()
        .catch((error: unknown) => log.warn({ err: error }, 'old sightings could not be deleted'))
        .finally(() => {
          again = false;
        });
    },
    sweep,
    async close() {
      closed = true;
      stop();
      await inTurn(async () => {});
    },
  };
}

async function deleteById(tx: Sql, table: string, column: string, rows: { id: string }[]): Promise<void> {
  if (rows.length === 0) return;
  const marks = rows.map(() => '?').join(', ');
  await tx.run(`DELETE FROM ${table} WHERE ${column} IN (${marks})`, ...rows.map(({ id }) => id));
}
