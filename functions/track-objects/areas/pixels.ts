import type { Box, ImageSize, Point } from '@framewire/contract';

/** A border is passed when an object is beyond it by this share of its height: a box that flutters does not come and go. */
const MARGIN = 0.1;

/** The margin of an object, pixels. */
export const marginOf = ({ h }: Box): number => MARGIN * h;

/** How far a place is from a segment, pixels. */
export function distanceTo(place: Point, from: Point, to: Point, { width, height }: ImageSize): number {
  const [px, py] = [(place[0] - from[0]) * width, (place[1] - from[1]) * height];
  const [dx, dy] = [(to[0] - from[0]) * width, (to[1] - from[1]) * height];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
  return Math.hypot(px - along * dx, py - along * dy);
}

/** How far a place is from the whole line through two others, pixels; above 0 to the right of whoever looks from `from` to `to`. */
export function sideOf(place: Point, from: Point, to: Point, { width, height }: ImageSize): number {
  const [dx, dy] = [(to[0] - from[0]) * width, (to[1] - from[1]) * height];
  const [px, py] = [(place[0] - from[0]) * width, (place[1] - from[1]) * height];
  return (dx * py - dy * px) / Math.max(1e-9, Math.hypot(dx, dy));
}
