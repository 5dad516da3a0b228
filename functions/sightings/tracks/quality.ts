import type { Box } from '@framewire/contract';

/** The frame whose size is not known is taken for one of this size. */
const USUAL = { width: 1920, height: 1080 };
/** A box that ends so near the edge of the frame is cut off, share of the frame. */
const EDGE = 0.01;
const CUT_OFF = 0.4;
/** Of a detector that has no scores. */
const NO_SCORE = 0.5;

/** How well an object is seen: 0 to 1. A large box counts, and a good score, and that no edge cuts it off. */
export function qualityOf(box: Box, score = NO_SCORE, image: { width: number; height: number } = USUAL): number {
  const area = Math.min(1, (box.w * box.h) / (image.width * image.height));
  const [dx, dy] = [EDGE * image.width, EDGE * image.height];
  const isCutOff =
    box.x <= dx || box.y <= dy || box.x + box.w >= image.width - dx || box.y + box.h >= image.height - dy;
  return score * Math.sqrt(area) * (isCutOff ? CUT_OFF : 1);
}
