import type { Detection, ImageSize } from '../results/detection.ts';
import type { CameraSettings } from './camera-settings.ts';
import { isWithinPolygon } from './geometry.ts';
import type { Point } from './point.ts';

/** Where an object stands: the middle of its box's lower edge, relative to the frame. */
export function footOf({ x, y, w, h }: Pick<Detection, 'x' | 'y' | 'w' | 'h'>, image: ImageSize): Point {
  const share = (value: number, whole: number) => Math.min(1, Math.max(0, value / whole));
  return [share(x + w / 2, image.width), share(y + h, image.height)];
}

/** Why a detection does not count at its camera; undefined: it does. One without a score has the score that is asked for. */
export function ignoredBecause(
  found: Detection,
  image: ImageSize,
  { detection = {}, masks = [] }: Pick<CameraSettings, 'detection' | 'masks'>,
): 'score' | 'small' | 'large' | 'mask' | undefined {
  const { min_score = 0, min_size = 0, max_size = Number.POSITIVE_INFINITY } = detection;
  const size = found.h / image.height;
  if ((found.score ?? 1) < min_score) return 'score';
  if (size < min_size) return 'small';
  if (size > max_size) return 'large';
  if (masks.some(({ points }) => isWithinPolygon(points, footOf(found, image)))) return 'mask';
  return undefined;
}
