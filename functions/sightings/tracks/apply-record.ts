import { DEFAULT_TOPIC, type Sighting, type Track, type TracksRecord } from '@framewire/contract';
import { type SightingRow, sightingOf } from '../store/sighting-row.ts';
import { qualityOf } from './quality.ts';

/**
 * What happened to a sighting:
 * - `begin`: something is seen;
 * - `zone`: it came into a further zone, the last of its `zones`;
 * - `score`: its best score rose;
 * - `end`: it was lost.
 */
export type SightingChange = 'begin' | 'zone' | 'score' | 'end';

/** How far the records of a camera and topic are read. */
export interface CameraPosition {
  camera_id: string;
  topic: string;
  up_to: number;
  captured_at: number;
}

/** The frame in which a sighting is seen better than before. */
export interface Candidate {
  sighting_id: string;
  quality: number;
  best: Sighting['best'];
}

/** What a batch of records works on: rows of the database, those that are changed and what happened to them. */
export interface Batch {
  /** By sighting. All of the records, and all that are open at their cameras. */
  rows: Map<string, SightingRow>;
  changed: Set<string>;
  /** By `<topic>.<camera>`. */
  positions: Map<string, CameraPosition>;
  changes: { change: SightingChange; sighting: Sighting }[];
  candidates: Map<string, Candidate>;
  /** Whether the picture of this frame is here. */
  isHeld(frameId: string): boolean;
  repeated: number;
}

/** A further picture of a sighting must be so much better, and there are at most so many: each replaces the one before. */
const BETTER = 1.3;
const MAX_PICTURES = 8;

const isWorthPicture = (row: SightingRow, quality: number) =>
  quality > 0 && (row.picture === null || (quality > row.best_quality * BETTER && row.pictures < MAX_PICTURES));

export const positionKey = (camera: string, topic = DEFAULT_TOPIC) => `${topic}.${camera}`;

/** A record that comes again ends what it ended, and changes nothing else. */
export function applyRecord(batch: Batch, record: TracksRecord): void {
  const { camera_id, topic = DEFAULT_TOPIC, captured_at, cursor } = record;
  const key = positionKey(camera_id, topic);
  const last = batch.positions.get(key);
  // either of the two may begin again: the stream, or the clock of the camera
  const isRepeated = last !== undefined && cursor <= last.up_to && captured_at <= last.captured_at;
  if (isRepeated) batch.repeated++;
  else {
    for (const track of record.tracks) see(batch, record, track);
    const followed = new Set(record.tracks.map(({ sighting_id }) => sighting_id));
    // a record names all that are followed: one that it does not name was lost, with the news of its end
    const ended = new Map(record.ended.map((one) => [one.sighting_id, one.end]));
    for (const row of batch.rows.values())
      if (row.camera_id === camera_id && row.topic === topic && !followed.has(row.id))
        end(batch, row.id, ended.get(row.id) ?? row.last_seen);
    batch.positions.set(key, { camera_id, topic, up_to: cursor, captured_at });
  }
  for (const { sighting_id, end: at } of record.ended) end(batch, sighting_id, at);
}

function see(batch: Batch, record: TracksRecord, track: Track): void {
  const { camera_id, topic = DEFAULT_TOPIC, captured_at, frame_id, image } = record;
  const { rows, changed } = batch;
  const quality = track.detection === undefined ? 0 : qualityOf(track.box, track.score, image);
  const best: Sighting['best'] = { frame_id, captured_at, box: track.box, ...(image && { image }) };
  let row = rows.get(track.sighting_id);
  const isNew = row === undefined;
  row ??= {
    id: track.sighting_id,
    camera_id,
    topic,
    track_id: track.id,
    label: track.label ?? null,
    began: track.begin,
    ended: null,
    last_seen: captured_at,
    frames: track.frames,
    best_score: track.score ?? null,
    zones: '[]',
    best: JSON.stringify(best),
    best_quality: quality,
    picture: null,
    pictures: 0,
    bytes: 0,
  };
  rows.set(row.id, row);
  changed.add(row.id);
  row.ended = null; // one that was taken for lost is still there
  row.frames = Math.max(row.frames, track.frames);
  if (track.detection !== undefined) row.last_seen = Math.max(row.last_seen, captured_at);
  // where there is a picture, the best frame is that of the picture
  if (quality > row.best_quality && row.picture === null)
    Object.assign(row, { best: JSON.stringify(best), best_quality: quality });
  if (isWorthPicture(row, quality) && quality > (batch.candidates.get(row.id)?.quality ?? 0) && batch.isHeld(frame_id))
    batch.candidates.set(row.id, { sighting_id: row.id, quality, best });
  const isBetter = !isNew && track.score !== undefined && track.score > (row.best_score ?? 0);
  if (isBetter) row.best_score = track.score!;

  const zones = JSON.parse(row.zones) as string[];
  const further = track.zones.filter((zone) => !zones.includes(zone));
  if (isNew) {
    row.zones = JSON.stringify(further);
    report(batch, 'begin', row);
    return;
  }
  for (const zone of further) {
    zones.push(zone);
    row.zones = JSON.stringify(zones);
    report(batch, 'zone', row);
  }
  if (isBetter) report(batch, 'score', row);
}

/** One that has ended stays as it is. */
export function end(batch: Batch, id: string, at: number): void {
  const row = batch.rows.get(id);
  if (!row || row.ended !== null) return;
  row.ended = Math.max(at, row.began);
  batch.changed.add(id);
  report(batch, 'end', row);
}

function report(batch: Batch, change: SightingChange, row: SightingRow): void {
  batch.changes.push({ change, sighting: sightingOf(row) });
}
