import sharp from 'sharp';
import type { Box } from '../../testkit/frames/boxes.ts';

/** Pixels, three bytes each. */
export interface Raster {
  width: number;
  height: number;
  data: Buffer;
}

export type Colour = [red: number, green: number, blue: number];

export async function decodeRaster(image: Uint8Array): Promise<Raster> {
  const { data, info } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Where a picture of this size lies on a stage that shows it whole and centred. */
export function placeOnStage(picture: { width: number; height: number }, stage: { width: number; height: number }) {
  const scale = Math.min(stage.width / picture.width, stage.height / picture.height);
  return { scale, x: (stage.width - picture.width * scale) / 2, y: (stage.height - picture.height * scale) / 2 };
}

/** Mean difference of a channel between two rasters of one size, 0 to 255. */
export function differenceBetween(a: Raster, b: Raster): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Math.abs(a.data[i]! - b.data[i]!);
  return sum / a.data.length;
}

/** How far a channel may be off for a pixel to count as drawn in a colour. */
const TOLERANCE = 40;

const isColour = ({ data, width }: Raster, x: number, y: number, colour: Colour): boolean =>
  colour.every((value, i) => Math.abs(data[(y * width + x) * 3 + i]! - value) <= TOLERANCE);

export interface Outline {
  /** Of the points along the outlines, how many have that colour within `reach` pixels: 0 to 1 for each box. */
  drawn: number[];
  /** Pixels of that colour that lie further than `reach` from every outline. */
  stray: number;
}

/** How well what is drawn in a colour on a stage agrees with the outlines of these boxes, in pixels of the stage. */
export function compareOutlines(stage: Raster, boxes: Box[], colour: Colour, reach: number): Outline {
  const drawn = boxes.map((box) => {
    const points = outlineOf(box).filter(([x, y]) => x >= 0 && y >= 0 && x < stage.width && y < stage.height);
    return points.filter(([x, y]) => hasNear(stage, x, y, colour, reach)).length / points.length;
  });
  let stray = 0;
  for (let y = 0; y < stage.height; y++)
    for (let x = 0; x < stage.width; x++)
      if (isColour(stage, x, y, colour) && !boxes.some((box) => distanceToOutline(box, x, y) <= reach)) stray++;
  return { drawn, stray };
}

function outlineOf({ x, y, w, h }: Box): [number, number][] {
  const across = Array.from({ length: Math.floor(w) }, (_, i) => x + i);
  const down = Array.from({ length: Math.floor(h) }, (_, i) => y + i);
  const points = [
    ...across.flatMap((at) => [
      [at, y],
      [at, y + h],
    ]),
    ...down.flatMap((at) => [
      [x, at],
      [x + w, at],
    ]),
  ];
  return points.map(([px, py]) => [Math.round(px!), Math.round(py!)]);
}

function hasNear(stage: Raster, x: number, y: number, colour: Colour, reach: number): boolean {
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const [px, py] = [x + dx, y + dy];
      if (px < 0 || py < 0 || px >= stage.width || py >= stage.height) continue;
      if (isColour(stage, px, py, colour)) return true;
    }
  return false;
}

/** From the middle of a pixel. */
function distanceToOutline({ x, y, w, h }: Box, px: number, py: number): number {
  const [cx, cy] = [px + 0.5, py + 0.5];
  const outside = Math.max(x - cx, cx - (x + w), y - cy, cy - (y + h));
  if (outside >= 0) return outside;
  return Math.min(cx - x, x + w - cx, cy - y, y + h - cy);
}
