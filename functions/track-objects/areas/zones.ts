import { type Box, edgesOf, footOf, type ImageSize, isWithinPolygon, type Zone } from '@framewire/contract';
import { distanceTo, marginOf } from './pixels.ts';

/** The zones that an object is in, each with the capture of the frame in which it came, seconds since the epoch. */
export type Presence = Record<string, number>;

/** A stay that is over. */
export interface Stay {
  zone: string;
  seconds: number;
}

/**
 * Which zones an object is in after a frame in which it was detected. It comes as soon as the place where it stands is inside, and leaves
 * when that is outside by a margin. Changes `presence`. @returns the stays that ended.
 */
export function visit(presence: Presence, zones: readonly Zone[], box: Box, image: ImageSize, at: number): Stay[] {
  const place = footOf(box, image);
  const margin = marginOf(box);
  const stays: Stay[] = [];
  for (const { name, points } of zones) {
    const isInside = isWithinPolygon(points, place);
    if (isInside) presence[name] ??= at;
    else if (presence[name] !== undefined) {
      const distance = Math.min(...edgesOf(points).map(([from, to]) => distanceTo(place, from, to, image)));
      if (distance > margin) stays.push(...leave(presence, name, at));
    }
  }
  // a zone that was removed or renamed
  for (const name of Object.keys(presence))
    if (!zones.some((zone) => zone.name === name)) stays.push(...leave(presence, name, at));
  return stays;
}

/** The stays of an object that was last detected then. */
export const leaveAll = (presence: Presence, at: number): Stay[] =>
  Object.keys(presence).flatMap((name) => leave(presence, name, at));

function leave(presence: Presence, zone: string, at: number): Stay[] {
  const since = presence[zone]!;
  delete presence[zone];
  return [{ zone, seconds: Math.max(0, at - since) }];
}
