import type { Sighting } from '@framewire/contract';

/** A row of `sightings`. */
export interface SightingRow {
  id: string;
  camera_id: string;
  topic: string;
  track_id: number;
  label: string | null;
  began: number;
  ended: number | null;
  last_seen: number;
  frames: number;
  best_score: number | null;
  zones: string;
  best: string;
  best_quality: number;
  picture: string | null;
  pictures: number;
  bytes: number;
}

export function sightingOf(row: SightingRow): Sighting {
  const { id, camera_id, topic, track_id, frames } = row;
  return {
    id,
    camera_id,
    topic,
    track_id,
    ...(row.label !== null && { label: row.label }),
    begin: row.began,
    ...(row.ended !== null && { end: row.ended }),
    frames,
    ...(row.best_score !== null && { best_score: row.best_score }),
    zones: JSON.parse(row.zones) as string[],
    best: JSON.parse(row.best) as Sighting['best'],
    has_picture: row.picture !== null,
  };
}
