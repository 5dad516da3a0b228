import type { Box, Detection } from '@framewire/contract';
import { assign, type Pair } from './assignment.ts';
import { boxOf, type Motion, spreadOf } from './motion.ts';

/** A detection that counts, with its place among all detections of the frame. */
export interface Candidate extends Detection {
  index: number;
}

/** What is wanted of a track to be associated. */
export interface Followed {
  label?: string;
  motion: Motion;
  /** In which it was detected. */
  frames: number;
}

/**
 * Until the velocity of an object is known, both boxes are made larger before they are compared, by how far off the expected place may be:
 * at 3 frames a second it may have left its box, and would have no overlap to be known by. By no more than this, in sizes of the box.
 */
const MAX_MARGIN = 0.7;
/** Frames after which its velocity is known. Larger boxes would confuse objects that meet. */
const MAX_UNKNOWN_FRAMES = 2;

/** Intersection over union, 0 to 1, of boxes made larger by so much on each side. */
export function overlap(a: Box, b: Box, mx = 0, my = 0): number {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x) + 2 * mx;
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y) + 2 * my;
  if (w <= 0 || h <= 0) return 0;
  const area = ({ w, h }: Box) => (w + 2 * mx) * (h + 2 * my);
  return (w * h) / Math.max(1e-9, area(a) + area(b) - w * h);
}

/**
 * Associates tracks and detections by how much their boxes overlap.
 * @param least what overlaps less is another object. @returns what belongs together, and what is left of each.
 */
export function associate<T extends Followed>(
  tracks: readonly T[],
  detections: readonly Candidate[],
  least: number,
): { pairs: [T, Candidate][]; tracks: T[]; detections: Candidate[] } {
  const possible: Pair[] = [];
  for (const [row, track] of tracks.entries()) {
    const expected = boxOf(track.motion);
    const [sx, sy] = track.frames <= MAX_UNKNOWN_FRAMES ? spreadOf(track.motion) : [0, 0];
    const [mx, my] = [Math.min(sx, MAX_MARGIN * expected.w), Math.min(sy, MAX_MARGIN * expected.h)];
    for (const [column, detection] of detections.entries()) {
      if (detection.label !== track.label) continue;
      const worth = overlap(expected, detection, mx, my) - least;
      if (worth > 0) possible.push({ row, column, worth });
    }
  }
  const assigned = assign(possible);
  const [rows, columns] = [new Set(assigned.map(({ row }) => row)), new Set(assigned.map(({ column }) => column))];
  return {
    pairs: assigned.map(({ row, column }) => [tracks[row]!, detections[column]!]),
    tracks: tracks.filter((_, row) => !rows.has(row)),
    detections: detections.filter((_, column) => !columns.has(column)),
  };
}
