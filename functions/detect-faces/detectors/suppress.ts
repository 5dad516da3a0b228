import type { Detection } from '@framewire/contract';

/** Non-maximum suppression: of boxes that overlap by more than `maxOverlap` (intersection over union) the best stays. Best first. */
export function suppress(found: Detection[], maxOverlap: number): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of [...found].sort((a, b) => (b.score ?? 0) - (a.score ?? 0))) {
    if (kept.every((box) => overlap(box, candidate) <= maxOverlap)) kept.push(candidate);
  }
  return kept;
}

type Box = Pick<Detection, 'x' | 'y' | 'w' | 'h'>;

/** Intersection over union, 0 to 1. */
export function overlap(a: Box, b: Box): number {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  if (w <= 0 || h <= 0) return 0;
  return (w * h) / (a.w * a.h + b.w * b.h - w * h);
}
