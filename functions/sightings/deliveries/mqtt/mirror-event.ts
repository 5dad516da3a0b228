import { type Sighting, sightingLabel } from '@framewire/contract';

/** A sighting in the shape of Frigate's events, so that what reads those reads these. */
export interface MirrorSighting {
  id: string;
  camera: string;
  label: string;
  start_time: number;
  end_time: number | null;
  frame_time: number;
  top_score: number | null;
  /** x and y of the left top corner, then of the right bottom one, pixels. */
  box: [number, number, number, number];
  entered_zones: string[];
  has_snapshot: boolean;
  has_clip: false;
}

/** A message to `framewire/events`. */
export interface MirrorEvent {
  type: 'new' | 'update' | 'end';
  before: MirrorSighting;
  after: MirrorSighting;
}

const TYPES = { begin: 'new', zone: 'update', end: 'end' } as const;

/** @param before as it was published last; absent at its beginning, and after a restart. */
export function mirrorEvent(
  what: keyof typeof TYPES,
  sighting: Sighting,
  before: MirrorSighting = mirrorSighting(sighting),
): MirrorEvent {
  return { type: TYPES[what], before, after: mirrorSighting(sighting) };
}

export function mirrorSighting(sighting: Sighting): MirrorSighting {
  const { x, y, w, h } = sighting.best.box;
  return {
    id: sighting.id,
    camera: sighting.camera_id,
    label: sightingLabel(sighting),
    start_time: sighting.begin,
    end_time: sighting.end ?? null,
    frame_time: sighting.best.captured_at,
    top_score: sighting.best_score ?? null,
    box: [x, y, x + w, y + h],
    entered_zones: sighting.zones,
    has_snapshot: sighting.has_picture,
    has_clip: false,
  };
}
