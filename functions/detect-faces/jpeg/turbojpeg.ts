import koffi from 'koffi';
import { FrameError } from './failure.ts';
import { CHANNELS, type Raster, type Size } from './raster.ts';

/** The names of the library on different systems. Version 2 or 3, which still has these older functions. */
const NAMES = [
  'libturbojpeg.so.0',
  'libturbojpeg.so',
  'libturbojpeg.dylib',
  '/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib',
];

// turbojpeg.h
const FORMAT = { rgb: 0, bgr: 1, grey: 6 };
/** A warning means that pixels are missing or made up. */
const STOP_ON_WARNING = 8192;

export interface TurboJpeg {
  /**
   * Decodes on the calling thread. The decoder itself shrinks to a half, a quarter or an eighth if `width` and `height` ask for it. It
   * writes no more than `width` x `height` pixels: it refuses a JPEG that cannot be shrunk to that, whatever its header claims.
   * @throws FrameError with the decoder's message; the pixels decoded before that are dropped.
   */
  decode(jpeg: Uint8Array, to: Size & Pick<Raster, 'colour'>): Raster;
}

/** Opens a decoder with a buffer of its own, for one thread; undefined if libjpeg-turbo is not installed. */
export function openTurboJpeg(): TurboJpeg | undefined {
  const library = NAMES.map(load).find((each) => each !== undefined);
  if (!library) return undefined;
  const decompress = library.func(
    'int tjDecompress2(void *handle, void *jpeg, unsigned long size, void *to, int width, int pitch, int height, int format, int flags)',
  );
  const errorOf = library.func('const char *tjGetErrorStr2(void *handle)');
  const open = library.func('void *tjInitDecompress()');
  const close = library.func('int tjDestroy(void *handle)');
  let buffer = new Uint8Array();

  return {
    decode(jpeg, { width, height, colour }) {
      const size = width * height * CHANNELS[colour];
      if (buffer.length < size || buffer.length > 4 * size) buffer = new Uint8Array(size);
      // a new one for each JPEG: it would keep the tables of the last one, and decode with them a JPEG that has none
      const handle = open();
      try {
        const failed = decompress(handle, jpeg, jpeg.length, buffer, width, 0, height, FORMAT[colour], STOP_ON_WARNING);
        if (failed) throw new FrameError('damaged', `damaged JPEG: ${errorOf(handle)}`);
      } finally {
        close(handle);
      }
      return { pixels: buffer.subarray(0, size), width, height, colour };
    },
  };
}

function load(name: string): ReturnType<typeof koffi.load> | undefined {
  try {
    return koffi.load(name);
  } catch {
    return undefined;
  }
}
