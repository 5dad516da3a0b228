import type { Box } from '@framewire/contract';
import sharp from 'sharp';

/** Around the box, share of its size. */
const MARGIN = 0.25;
/** A crop is no wider or higher, pixels. */
const MAX_SIDE = 480;
/** The variance of the Laplacian of a small grey crop below which nothing can be recognized. */
const MIN_SHARPNESS = 4;
/** The side of what sharpness is judged by, pixels. */
const JUDGED_SIDE = 128;

/** A frame with more of them is not decoded. */
const MAX_PIXELS = 50_000_000;

sharp.cache(false);
sharp.concurrency(1);

export interface Crop {
  jpeg: Uint8Array;
  isSharp: boolean;
}

/** The part of a frame around a box, as a JPEG. EXIF orientation is applied, as the box is meant. @throws Error for a bad JPEG. */
export async function cropTo(jpeg: Uint8Array, box: Box): Promise<Crop> {
  const open = () => sharp(jpeg, { failOn: 'truncated', limitInputPixels: MAX_PIXELS });
  const { width: w, height: h, orientation = 1 } = await open().metadata();
  const [width, height] = orientation >= 5 ? [h, w] : [w, h];
  const [mx, my] = [box.w * MARGIN, box.h * MARGIN];
  const left = clamp(Math.floor(box.x - mx), 0, width - 1);
  const top = clamp(Math.floor(box.y - my), 0, height - 1);
  const right = clamp(Math.ceil(box.x + box.w + mx), left + 1, width);
  const bottom = clamp(Math.ceil(box.y + box.h + my), top + 1, height);
  const crop = await open()
    .rotate()
    .extract({ left, top, width: right - left, height: bottom - top })
    .resize(MAX_SIDE, MAX_SIDE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer();
  const grey = await sharp(crop)
    .resize(JUDGED_SIDE, JUDGED_SIDE, { fit: 'inside', withoutEnlargement: true })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const sharpness = sharpnessOf(grey.data, grey.info.width, grey.info.height, grey.info.channels);
  return { jpeg: crop, isSharp: sharpness >= MIN_SHARPNESS };
}

/** The variance of the Laplacian: how much brightness differs from that of the pixels around. */
export function sharpnessOf(data: Uint8Array, width: number, height: number, channels = 1): number {
  let [count, sum, squares] = [0, 0, 0];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = (y * width + x) * channels;
      const value =
        4 * data[at]! -
        data[at - channels]! -
        data[at + channels]! -
        data[at - width * channels]! -
        data[at + width * channels]!;
      count++;
      sum += value;
      squares += value * value;
    }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

const clamp = (value: number, min: number, max: number) => Math.min(Math.max(value, min), max);
