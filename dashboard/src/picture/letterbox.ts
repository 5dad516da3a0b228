import type { Detection } from '@framewire/contract';

export interface Size {
  width: number;
  height: number;
}
export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Where a picture lies within a stage that holds it whole: the same sum that `object-fit: contain` does. */
export function letterbox(picture: Size, stage: Size): { scale: number; left: number; top: number } {
  const scale = Math.min(stage.width / picture.width, stage.height / picture.height);
  return {
    scale,
    left: (stage.width - picture.width * scale) / 2,
    top: (stage.height - picture.height * scale) / 2,
  };
}

/** A box kept within its picture with `inset` to spare, so that its whole stroke is seen. Picture coordinates. */
export function clampBox(box: Box, picture: Size, inset: number): Box {
  const x = Math.min(Math.max(box.x, inset), picture.width - inset);
  const y = Math.min(Math.max(box.y, inset), picture.height - inset);
  const right = Math.min(Math.max(box.x + box.w, x), picture.width - inset);
  const bottom = Math.min(Math.max(box.y + box.h, y), picture.height - inset);
  return { x, y, w: right - x, h: bottom - y };
}

/**
 * Where a label of a size goes, in pixels of the stage: above its box, else below it, else within it at the top;
 * moved sideways until it is whole.
 * @param first where to try first: labels of two detectors of one thing would else hide each other.
 */
export function placeLabel(
  box: Box,
  label: Size,
  stage: Size,
  first: 'above' | 'below' = 'above',
): { left: number; top: number } {
  const left = Math.max(0, Math.min(box.x - 1, stage.width - label.width));
  const above = box.y - label.height - 1;
  const below = box.y + box.h + 1;
  if (first === 'below')
    return { left, top: below + label.height <= stage.height ? below : box.y + box.h - label.height - 1 };
  if (above >= 0) return { left, top: above };
  return { left, top: below + label.height <= stage.height ? below : Math.max(0, box.y) };
}

/** `face 0.98`, `0.98`, or nothing where the detector says neither. */
export const labelOf = (d: Detection): string =>
  [d.label, d.score === undefined ? undefined : d.score.toFixed(2)].filter(Boolean).join(' ');
