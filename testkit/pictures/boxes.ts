/** A rectangle in pixels; x, y is its top left corner. */
export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Intersection over union, 0 to 1. */
export function iou(a: Box, b: Box): number {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? (w * h) / (a.w * a.h + b.w * b.h - w * h) : 0;
}

/** From so much overlap on a box counts as being on a face: detectors frame a face tighter or wider than people do. */
const ON_FACE = 0.3;

export interface Score {
  /** Faces that a box is on. */
  found: number;
  faces: number;
  /** Boxes that are on no face. */
  beside: number;
}

export function scoreBoxes(boxes: Box[], faces: Box[]): Score {
  return {
    found: faces.filter((face) => boxes.some((box) => iou(box, face) > ON_FACE)).length,
    faces: faces.length,
    beside: boxes.filter((box) => faces.every((face) => iou(box, face) <= ON_FACE)).length,
  };
}

export const sumScores = (scores: Score[]): Score =>
  scores.reduce(
    (sum, { found, faces, beside }) => ({
      found: sum.found + found,
      faces: sum.faces + faces,
      beside: sum.beside + beside,
    }),
    { found: 0, faces: 0, beside: 0 },
  );
