import koffi from 'koffi';
import { FrameError } from './failure.ts';
import type { Raster, Size } from './raster.ts';

/** The library under the names that systems give it; version 2 or 3, whose older functions these are. */
const NAMES = [
  'libturbojpeg.so.0',
  'libturbojpeg.so',
  'libturbojpeg.dylib',
  '/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib',
];

// turbojpeg.h
const FORMAT = { rgb: 0, grey: 6 };
const CHANNELS = { rgb: 3, grey: 1 };
/** A warning means that pixels are missing or made up. */
const STOP_ON_WARNING = 8192;

export interface TurboJpeg {
  /**
   * Decodes on the calling thread, shrunk by the decoder itself to a half, a quarter or an eighth where `width` and `height` say so.
   * @throws FrameError with the decoder's words; what it wrote before that is shown to nobody.
   */
  decode(jpeg: Uint8Array, to: Size & Pick<Raster, 'colour'>): Raster;
}

/** One decoder with a buffer of its own, for one thread; undefined where libjpeg-turbo is not installed. */
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
      // one for each picture: it keeps the tables of the one before, and would decode with them a picture that brings none
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
