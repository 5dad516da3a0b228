import sharp from 'sharp';
import { FrameError } from '../failure.ts';
import { checkPicture } from './picture.ts';

// a worker decodes one picture at a time, and never the same one twice
sharp.concurrency(1);
sharp.cache(false);

export interface DecodeOptions {
  /** The longest side that is wanted, pixels: a larger picture is shrunk while it is decoded, a smaller one left as it is. */
  maxSide: number;
  /** Pixels that a picture may claim. */
  maxPixels: number;
  /** Seconds after which decoding is given up. */
  timeLimit: number;
}

/** A decoded picture, upright as a browser shows it. */
export interface Picture {
  /** Rows of red, green, blue, 8 bits each, without padding. */
  rgb: Uint8Array;
  width: number;
  height: number;
  /** The size of the full frame, pixels. */
  image: { width: number; height: number };
}

/**
 * Decodes a JPEG, on libuv's thread pool.
 * @throws FrameError also for what can still be decoded in part: half a picture would be a wrong answer that looks like a right one.
 */
export async function decode(jpeg: Uint8Array, { maxSide, maxPixels, timeLimit }: DecodeOptions): Promise<Picture> {
  const header = checkPicture(jpeg, maxPixels);
  try {
    // colour profiles change no face, but cost time and are one more thing to be damaged
    const picture = sharp(jpeg, { failOn: 'warning', limitInputPixels: maxPixels, ignoreIcc: true });
    const orientation = await readOrientation(jpeg);
    const turned = orientation >= 5;
    const image = turned
      ? { width: header.height, height: header.width }
      : { width: header.width, height: header.height };
    if (orientation > 1) picture.autoOrient();
    if (Math.max(image.width, image.height) > maxSide) {
      picture.resize(maxSide, maxSide, { fit: 'inside', kernel: 'linear' });
    }
    const { data, info } = await picture
      .timeout({ seconds: timeLimit })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels`);
    return { rgb: data, width: info.width, height: info.height, image };
  } catch (error) {
    const words = (error as Error).message.replace(/^VipsJpeg: /, '').trim();
    if (words.startsWith('timeout')) throw new FrameError('time_limit', `decoding took longer than ${timeLimit} s`);
    throw new FrameError('damaged', `damaged JPEG: ${words}`);
  }
}

/** EXIF's orientation, 1 to 8; only a picture that carries EXIF is looked into, since it costs as much as decoding a tenth of it. */
async function readOrientation(jpeg: Uint8Array): Promise<number> {
  if (!Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength).includes('Exif\0\0', 0, 'latin1')) return 1;
  return (await sharp(jpeg).metadata()).orientation ?? 1;
}
