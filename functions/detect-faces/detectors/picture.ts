import { isJpegComplete, JpegError, type JpegHeader, readJpegHeader } from '@framewire/contract';
import { FrameError } from '../failure.ts';

/**
 * What can be said against a picture before it is decoded; costs microseconds.
 * @throws FrameError `empty`, `not_jpeg`, `damaged` or `too_many_pixels`.
 */
export function checkPicture(jpeg: Uint8Array, maxPixels: number): JpegHeader {
  const header = readHeader(jpeg);
  const { width, height } = header;
  if (width * height > maxPixels) {
    const words = `the picture claims ${width}x${height} pixels; at most ${maxPixels} are decoded`;
    throw new FrameError('too_many_pixels', words);
  }
  if (!isJpegComplete(jpeg)) throw new FrameError('damaged', 'truncated JPEG: its end marker is missing');
  return header;
}

function readHeader(jpeg: Uint8Array): JpegHeader {
  try {
    return readJpegHeader(jpeg);
  } catch (error) {
    if (!(error instanceof JpegError)) throw error;
    if (jpeg.length === 0) throw new FrameError('empty', error.message);
    throw new FrameError(error.message.startsWith('not a JPEG') ? 'not_jpeg' : 'damaged', error.message);
  }
}
