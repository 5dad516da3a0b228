import { DEFAULT_TOPIC, type Sighting, type TracksRecord } from '@framewire/contract';
import type { Database, Sql } from '../store/database.ts';
import type { SightingRow } from '../store/sighting-row.ts';
import { applyRecord, type Batch, type CameraPosition, end, positionKey, type SightingChange } from './apply-record.ts';

export const STREAM = 'track_queue';

/** Work that belongs into the transaction of a sighting: it happens if the sighting does, and once. It may be begun again. */
export type OnSighting = (tx: Sql, change: SightingChange, sighting: Sighting) => Promise<void>;

/** A record, or another message, at its place in the stream. */
export interface Entry {
  position: number;
  content: Uint8Array;
  record?: TracksRecord;
}

export interface WriteOptions {
  database: Database;
  onSighting: OnSighting;
  isHeld: Batch['isHeld'];
}

/**
 * Writes what records say of sightings, and how far the stream is read, in one transaction. Records that another replica wrote, or this
 * one before its connection was lost, are passed over.
 */
export function writeBatch(options: WriteOptions, entries: Entry[]): Promise<Batch> {
  const last = entries.at(-1)!;
  return options.database.transaction(async (tx) => {
    // a write, so that a second replica waits here
    const [kept] = await tx.query<{ position: number }>(
      'UPDATE stream_positions SET position = position WHERE stream = ? RETURNING position',
      STREAM,
    );
    const after = kept?.position ?? -1;
    const records = entries.flatMap(({ position, record }) => (record && position > after ? [record] : []));
    const batch = await load(tx, records, options.isHeld);
    for (const record of records) applyRecord(batch, record);
    await store(tx, batch);
    if (last.position > after)
      await tx.run(
        `INSERT INTO stream_positions (stream, position, content) VALUES (?, ?, ?)
         ON CONFLICT (stream) DO UPDATE SET position = excluded.position, content = excluded.content`,
        STREAM,
        last.position,
        Buffer.from(last.content).toString('base64'),
      );
    for (const { change, sighting } of batch.changes) await options.onSighting(tx, change, sighting);
    return batch;
  });
}

/** Ends open sightings of these cameras and topics as if a record had said so. */
export function endOpen(options: WriteOptions, keys: { camera_id: string; topic: string }[]): Promise<Batch> {
  return options.database.transaction(async (tx) => {
    const batch = emptyBatch(options.isHeld);
    for (const { camera_id, topic } of keys) await loadOpen(tx, batch, camera_id, topic);
    for (const row of batch.rows.values()) end(batch, row.id, row.last_seen);
    await store(tx, batch);
    for (const { change, sighting } of batch.changes) await options.onSighting(tx, change, sighting);
    return batch;
  });
}

const emptyBatch = (isHeld: Batch['isHeld']): Batch => ({
  rows: new Map(),
  changed: new Set(),
  positions: new Map(),
  changes: [],
  candidates: new Map(),
  repeated: 0,
  isHeld,
});

async function load(tx: Sql, records: TracksRecord[], isHeld: Batch['isHeld']): Promise<Batch> {
  const batch = emptyBatch(isHeld);
  for (const { camera_id, topic = DEFAULT_TOPIC } of records) {
    const key = positionKey(camera_id, topic);
    if (batch.positions.has(key)) continue;
    const [position] = await tx.query<CameraPosition>(
      'SELECT camera_id, topic, up_to, captured_at FROM camera_positions WHERE camera_id = ? AND topic = ?',
      camera_id,
      topic,
    );
    batch.positions.set(key, position ?? { camera_id, topic, up_to: -2, captured_at: -1 });
    await loadOpen(tx, batch, camera_id, topic);
  }
  // those that were taken for lost and are seen again, or whose end comes once more
  const ids = new Set(
    records.flatMap(({ tracks, ended }) => [...tracks, ...ended].map(({ sighting_id }) => sighting_id)),
  );
  for (const id of ids) {
    if (batch.rows.has(id)) continue;
    const [row] = await tx.query<SightingRow>('SELECT * FROM sightings WHERE id = ?', id);
    if (row) batch.rows.set(id, row);
  }
  return batch;
}

async function loadOpen(tx: Sql, { rows }: Batch, camera: string, topic: string): Promise<void> {
  const open = await tx.query<SightingRow>(
    'SELECT * FROM sightings WHERE camera_id = ? AND topic = ? AND ended IS NULL',
    camera,
    topic,
  );
  for (const row of open) rows.set(row.id, row);
}

/** What a row costs besides its pictures, bytes, about. */
export const ROW_BYTES = 1_024;

async function store(tx: Sql, { rows, changed, positions, changes }: Batch): Promise<void> {
  for (const id of changed) {
    const row = rows.get(id)!;
    // pictures are written by themselves, and may have come meanwhile
    await tx.run(
      `INSERT INTO sightings
         (id, camera_id, topic, track_id, label, began, ended, last_seen, frames, best_score, zones, best, best_quality, bytes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         ended = excluded.ended, last_seen = excluded.last_seen, frames = excluded.frames, best_score = excluded.best_score,
         zones = excluded.zones,
         best = CASE WHEN sightings.picture IS NULL THEN excluded.best ELSE sightings.best END,
         best_quality = CASE WHEN sightings.picture IS NULL THEN excluded.best_quality ELSE sightings.best_quality END`,
      row.id,
      row.camera_id,
      row.topic,
      row.track_id,
      row.label,
      row.began,
      row.ended,
      row.last_seen,
      row.frames,
      row.best_score,
      row.zones,
      row.best,
      row.best_quality,
      ROW_BYTES,
    );
  }
  for (const { change, sighting } of changes) {
    const zones = change === 'begin' ? sighting.zones : change === 'zone' ? sighting.zones.slice(-1) : [];
    for (const zone of zones)
      await tx.run(
        'INSERT INTO sighting_zones (zone, began, id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        zone,
        rows.get(sighting.id)!.began,
        sighting.id,
      );
  }
  for (const { camera_id, topic, up_to, captured_at } of positions.values())
    await tx.run(
      `INSERT INTO camera_positions (camera_id, topic, up_to, captured_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (camera_id, topic) DO UPDATE SET up_to = excluded.up_to, captured_at = excluded.captured_at`,
      camera_id,
      topic,
      up_to,
      captured_at,
    );
}
