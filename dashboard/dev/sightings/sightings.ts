import type { Sighting, SightingFilters, SightingsAnswer } from '@framewire/contract';
import sharp from 'sharp';
import { seconds } from '../answers.ts';
import type { ScenePicture } from '../scene.ts';
import type { Situation } from '../states.ts';

/** Those that have a page of their own among the views. */
export const SIGHTING = {
  over: idOf(3),
  live: idOf(0),
  withoutPicture: idOf(5),
  lostPicture: idOf(6),
  unknown: idOf(999_999),
};
const KEPT = 150;
/** From one sighting to the next, seconds. */
const APART_S = 170;
const ZONES = [['entrance'], [], ['entrance', 'parking'], ['a zone with a name that is too long for its place']];
const LABELS = ['person', 'person', undefined] as const;

function idOf(n: number): string {
  return `0199b2a4-0000-5000-8000-${String(n).padStart(12, '0')}`;
}

/** All that are kept, the newest first. The first few last. */
function all(now: Situation): Sighting[] {
  if (now.still === 'never' || now.cameras.length === 0) return [];
  return Array.from({ length: KEPT }, (_, n) => {
    const begin = seconds() - 14 - n * APART_S;
    const label = LABELS[n % LABELS.length];
    return {
      id: idOf(n),
      camera_id: now.cameras[n % now.cameras.length]!,
      topic: label ? 'objects' : 'faces',
      track_id: 1700 - n,
      ...(label && { label }),
      begin,
      ...(n > 1 && { end: begin + 4 + ((n * 37) % 200) }),
      frames: 12 + n * 7,
      best_score: 0.62 + (n % 30) / 100,
      zones: ZONES[n % ZONES.length]!,
      best: {
        frame_id: idOf(500_000 + n),
        captured_at: begin + 2,
        box: { x: 0, y: 0, w: 1, h: 1 },
        image: { width: 640, height: 360 },
      },
      has_picture: n % 10 !== 5,
    };
  });
}

const placed = (sighting: Sighting, { detections, objects }: ScenePicture): Sighting => {
  const { x, y, w, h } = (sighting.label ? objects : detections)[0] ?? { x: 40, y: 40, w: 90, h: 120 };
  return { ...sighting, best: { ...sighting.best, box: { x, y, w, h } } };
};

/** Whether the function does not answer. */
export const isAway = (now: Situation): boolean => now.broker === false || now.sightings === false;

/** The picture that is kept of the n-th. */
type PictureOf = (n: number) => ScenePicture;

/** Undefined while the function does not answer. */
export function sightings(query: URLSearchParams, now: Situation, pictureOf: PictureOf): SightingsAnswer | undefined {
  if (isAway(now)) return undefined;
  const { camera, label, zone, from, to, limit = 60, cursor = 0 } = Object.fromEntries(query);
  const found = all(now)
    .map((one, n) => placed(one, pictureOf(n)))
    .filter(
      (one) =>
        (!camera || one.camera_id === camera) &&
        (!label || one.label === label) &&
        (!zone || one.zones.includes(zone)) &&
        (!from || one.begin >= Number(from)) &&
        (!to || one.begin <= Number(to)),
    );
  const end = Number(cursor) + Number(limit);
  return { sightings: found.slice(Number(cursor), end), ...(end < found.length && { next: String(end) }) };
}

export function sightingFilters(now: Situation): SightingFilters | undefined {
  if (isAway(now)) return undefined;
  if (all(now).length === 0) return { cameras: [], labels: [], zones: [] };
  return { cameras: now.cameras, labels: ['person'], zones: [...new Set(ZONES.flat())] };
}

export function sightingOf(id: string, now: Situation, pictureOf: PictureOf): Sighting | undefined {
  const known = all(now);
  const n = known.findIndex((one) => one.id === id);
  return n === -1 ? undefined : placed(known[n]!, pictureOf(n));
}

/** Undefined: none is kept, also of one of which the list says that there is one. */
export async function pictureOfSighting(
  id: string,
  what: string,
  now: Situation,
  pictureOf: PictureOf,
): Promise<Buffer | undefined> {
  const sighting = sightingOf(id, now, pictureOf);
  if (!sighting?.has_picture || id === SIGHTING.lostPicture) return undefined;
  const { jpeg, image } = pictureOf(all(now).findIndex((one) => one.id === id));
  if (what === 'picture') return jpeg;
  const { x, y, w, h } = sighting.best.box;
  const [left, top] = [Math.max(0, Math.floor(x - w * 0.1)), Math.max(0, Math.floor(y - h * 0.1))];
  const size = {
    width: Math.min(image.width - left, Math.ceil(w * 1.2)),
    height: Math.min(image.height - top, Math.ceil(h * 1.2)),
  };
  return sharp(jpeg)
    .extract({ left, top, ...size })
    .jpeg()
    .toBuffer();
}
