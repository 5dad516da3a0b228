import koffi from 'koffi';
import type { GreyFrame } from './grey-frame.ts';

/** The names of the library on different systems. */
const NAMES = [
  'libturbojpeg.so.0',
  'libturbojpeg.so',
  'libturbojpeg.dylib',
  '/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib',
];
// turbojpeg.h
const GREY = 6;
const STOP_ON_WARNING = 8192;

/** Decodes the grey of a JPEG at an eighth of its size, on libuv's thread pool. Rejects if the JPEG is damaged. */
export type DecodeGrey = (jpeg: Uint8Array, size: { width: number; height: number }) => Promise<GreyFrame>;

/** Undefined if libjpeg-turbo is not installed. */
export function openTurboJpeg(): DecodeGrey | undefined {
  const library = NAMES.map(load).find((each) => each !== undefined);
  if (!library) return undefined;
  const decompress = library.func(
    'int tjDecompress2(void *handle, void *jpeg, unsigned long size, void *to, int width, int pitch, int height, int format, int flags)',
  );
  const errorOf = library.func('const char *tjGetErrorStr2(void *handle)');
  const open = library.func('void *tjInitDecompress()');
  const close = library.func('int tjDestroy(void *handle)');

  return (jpeg, size) => {
    const [width, height] = [Math.ceil(size.width / 8), Math.ceil(size.height / 8)];
    const pixels = new Uint8Array(width * height);
    const handle = open();
    return new Promise<GreyFrame>((resolve, reject) => {
      const done = (error: Error | null, failed: number) => {
        const problem = failed ? (errorOf(handle) as string) : error?.message;
        close(handle);
        if (problem === undefined) resolve({ pixels, width, height });
        else reject(new Error(`damaged JPEG: ${problem}`));
      };
      decompress.async(handle, jpeg, jpeg.length, pixels, width, 0, height, GREY, STOP_ON_WARNING, done);
    });
  };
}

function load(name: string): ReturnType<typeof koffi.load> | undefined {
  try {
    return koffi.load(name);
  } catch {
    return undefined;
  }
}
