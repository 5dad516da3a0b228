import type { Point } from '@framewire/contract';
import type { Size } from '../../picture/letterbox.ts';

/** Closer than this to the border of the picture, a place is on it, pixels. */
const SNAP = 10;
/** Digits of a coordinate: finer than a pixel of any camera. */
const DIGITS = 4;

const within = (value: number) => Number(Math.min(1, Math.max(0, value)).toFixed(DIGITS));

/** A place kept within the picture. */
export const clampPlace = ([x, y]: Point): Point => [within(x), within(y)];

/** A place where a pointer is, pixels: kept within the picture, and on its border where it comes near. */
export function snapPlace([left, top]: readonly [number, number], { width, height }: Size): Point {
  const snap = (at: number, whole: number) => (at < SNAP ? 0 : at > whole - SNAP ? 1 : at / whole);
  return clampPlace([snap(left, width), snap(top, height)]);
}

/** Pixels between two places of a picture that is shown in this size. */
export const pixelsBetween = ([ax, ay]: Point, [bx, by]: Point, { width, height }: Size): number =>
  Math.hypot((ax - bx) * width, (ay - by) * height);

/** Moves all places by the same, as far as none leaves the picture. */
export function movePlaces(places: readonly Point[], [dx, dy]: Point): Point[] {
  const limited = (i: 0 | 1, by: number) => {
    const all = places.map((place) => place[i]);
    return Math.min(1 - Math.max(...all), Math.max(-Math.min(...all), by));
  };
  const [x, y] = [limited(0, dx), limited(1, dy)];
  return places.map(([px, py]) => clampPlace([px + x, py + y]));
}

/** A place well within a polygon, for its name: the middle of the widest of a few chords across it. */
export function anchorOf(polygon: readonly Point[]): Point {
  const heights = polygon.map(([, y]) => y);
  const [top, bottom] = [Math.min(...heights), Math.max(...heights)];
  let best: { at: Point; width: number } = { at: polygon[0]!, width: -1 };
  for (const share of [0.5, 0.35, 0.65, 0.2, 0.8]) {
    const y = top + (bottom - top) * share;
    const crossings = polygon
      .flatMap(([ax, ay], i) => {
        const [bx, by] = polygon[(i + 1) % polygon.length]!;
        return ay > y === by > y ? [] : [ax + ((bx - ax) * (y - ay)) / (by - ay)];
      })
      .sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const width = crossings[i + 1]! - crossings[i]!;
      if (width > best.width * 1.2) best = { at: [(crossings[i]! + crossings[i + 1]!) / 2, y], width };
    }
  }
  return best.at;
}
