import type { Mask, Point } from '@framewire/contract';

/**
 * Which pixels of a small frame are in a mask: 1 for those. Undefined without masks.
 * @param orientation the EXIF orientation: masks are of the upright frame, pixels are as stored.
 */
export function createMaskMap(
  masks: readonly Mask[] | undefined,
  { width, height, orientation }: { width: number; height: number; orientation: number },
): Uint8Array | undefined {
  if (!masks?.length) return undefined;
  const upright = UPRIGHT[orientation] ?? UPRIGHT[1]!;
  const map = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const point = upright((x + 0.5) / width, (y + 0.5) / height);
      if (masks.some(({ points }) => isInside(points, point))) map[y * width + x] = 1;
    }
  }
  return map;
}

/** Where a place of the stored frame stands in the upright one. */
const UPRIGHT: Record<number, (x: number, y: number) => Point> = {
  1: (x, y) => [x, y],
  2: (x, y) => [1 - x, y],
  3: (x, y) => [1 - x, 1 - y],
  4: (x, y) => [x, 1 - y],
  5: (x, y) => [y, x],
  6: (x, y) => [1 - y, x],
  7: (x, y) => [1 - y, 1 - x],
  8: (x, y) => [y, 1 - x],
};

/** By the number of edges to its right. */
function isInside(polygon: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  let [x1, y1] = polygon.at(-1)!;
  for (const [x2, y2] of polygon) {
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1)) inside = !inside;
    [x1, y1] = [x2, y2];
  }
  return inside;
}
