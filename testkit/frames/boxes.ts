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
  /** Boxes that are on no face, or on one that another box was counted for. */
  beside: number;
}

/** Each box counts for one face: for each face in turn, the box that is left and overlaps it most. */
export function scoreBoxes(boxes: readonly Box[], faces: readonly Box[]): Score {
  const left = [...boxes];
  for (const face of faces) {
    const overlaps = left.map((box) => iou(box, face));
    const best = Math.max(...overlaps);
    if (best > ON_FACE) left.splice(overlaps.indexOf(best), 1);
  }
  return { found: boxes.length - left.length, faces: faces.length, beside: left.length };
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
