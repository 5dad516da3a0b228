import type { Point } from './point.ts';

/** Geometry of areas in relative coordinates: stretching a frame changes none of the answers. */

/** How far a place is to the right of whoever looks from `from` to `to`; below 0: to the left; 0: straight ahead or behind. */
const sideOf = ([fx, fy]: Point, [tx, ty]: Point, [x, y]: Point): number => (tx - fx) * (y - fy) - (ty - fy) * (x - fx);

/** Places closer than this to a line are on it. Corners are kept to four digits. */
const ON_LINE = 1e-9;

const isSame = ([ax, ay]: Point, [bx, by]: Point) => ax === bx && ay === by;

/** Whether a place is on a segment, its ends included. */
function isOn([from, to]: Segment, place: Point): boolean {
  const within = (i: 0 | 1) =>
    place[i] >= Math.min(from[i], to[i]) - ON_LINE && place[i] <= Math.max(from[i], to[i]) + ON_LINE;
  return Math.abs(sideOf(from, to, place)) <= ON_LINE && within(0) && within(1);
}

type Segment = readonly [from: Point, to: Point];

/** Whether two segments have a place in common. */
export function segmentsMeet(one: Segment, other: Segment): boolean {
  const differ = (a: number, b: number) => (a > ON_LINE && b < -ON_LINE) || (a < -ON_LINE && b > ON_LINE);
  const crosses = ([from, to]: Segment, [a, b]: Segment) => differ(sideOf(from, to, a), sideOf(from, to, b));
  if (crosses(one, other) && crosses(other, one)) return true;
  return isOn(one, other[0]) || isOn(one, other[1]) || isOn(other, one[0]) || isOn(other, one[1]);
}

/** The edges of a polygon; the last one leads back to the first corner. */
export const edgesOf = (polygon: readonly Point[]): Segment[] =>
  polygon.map((corner, i) => [corner, polygon[(i + 1) % polygon.length]!]);

/** Whether the edges of a polygon meet only where one follows the other, so that it has one inside. */
export function isSimple(polygon: readonly Point[]): boolean {
  const edges = edgesOf(polygon);
  const last = edges.length - 1;
  return edges.every(([from, to], i) => {
    if (isSame(from, to)) return false;
    return edges.slice(i + 1).every((other, skipped) => {
      const j = i + 1 + skipped;
      if (j === i + 1) return !isOn([from, to], other[1]) && !isOn(other, from);
      if (i === 0 && j === last) return !isOn([from, to], other[0]) && !isOn(other, to);
      return !segmentsMeet([from, to], other);
    });
  });
}

/** Whether a place is within a polygon. Its border belongs to it: what stands at the edge of the frame is in a zone that reaches there. */
export function isWithinPolygon(polygon: readonly Point[], place: Point): boolean {
  const edges = edgesOf(polygon);
  if (edges.some((edge) => isOn(edge, place))) return true;
  const [x, y] = place;
  const crossed = edges.filter(
    ([[ax, ay], [bx, by]]) => ay > y !== by > y && x < ax + ((bx - ax) * (y - ay)) / (by - ay),
  );
  return crossed.length % 2 === 1;
}
