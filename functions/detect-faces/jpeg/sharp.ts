import type Sharp from 'sharp';
import { FrameError } from './failure.ts';
import type { Raster, Size } from './raster.ts';

let loaded: typeof Sharp | undefined;

/** Loads it at its first use: libvips costs memory and time, and a worker with libjpeg-turbo hardly ever needs it. */
async function loadSharp(): Promise<typeof Sharp> {
  if (loaded) return loaded;
  loaded = (await import('sharp')).default;
  // a worker decodes one JPEG at a time, and never the same one twice
  loaded.concurrency(1);
  loaded.cache(false);
  return loaded;
}

/**
 * Decodes on libuv's thread pool: CMYK, which libjpeg-turbo cannot, or everything if that is not installed.
 * @throws FrameError with the decoder's message.
 */
export async function decodeBySharp(
  jpeg: Uint8Array,
  header: Size,
  { width, height, colour }: Size & Pick<Raster, 'colour'>,
): Promise<Raster> {
  const sharp = await loadSharp();
  const picture = sharp(jpeg, {
    failOn: 'warning',
    limitInputPixels: header.width * header.height,
  });
  if (width !== header.width || height !== header.height)
    picture.resize(width, height, { fit: 'fill', kernel: 'linear' });
  const { data, info } = await picture
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((error: Error) => {
      throw new FrameError('damaged', `damaged JPEG: ${error.message.replace(/^VipsJpeg: /, '').trim()}`);
    });
  if (info.channels !== 3) throw new FrameError('damaged', `damaged JPEG: ${info.channels} channels`);
  return { pixels: CONVERT[colour](data), width, height, colour };
}

const CONVERT = { rgb: (rgb: Uint8Array) => rgb, bgr: toBgr, grey: toGrey };

/** In place. */
function toBgr(rgb: Uint8Array): Uint8Array {
  for (let at = 0; at < rgb.length; at += 3) [rgb[at], rgb[at + 2]] = [rgb[at + 2]!, rgb[at]!];
  return rgb;
}

/** In the first third of the same buffer. The weights of red, green and blue are OpenCV's, in the same 15-bit fixed point. */
function toGrey(rgb: Uint8Array): Uint8Array {
  const grey = rgb.subarray(0, rgb.length / 3);
  for (let from = 0, to = 0; to < grey.length; from += 3, to++) {
    grey[to] = (rgb[from]! * 9798 + rgb[from + 1]! * 19235 + rgb[from + 2]! * 3735 + 16384) >> 15;
  }
  return grey;
}
