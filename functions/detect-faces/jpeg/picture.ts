import { type Jpeg, JpegError, judgeJpeg } from '@framewire/contract';
import { readOrientation } from './exif.ts';
import { type Failure, FrameError } from './failure.ts';

export interface PictureHeader extends Jpeg {
  /** As EXIF counts: 1 upright, 3 upside down, 6 and 8 turned by a quarter, the even ones of 1 to 4 and odd ones from 5 on mirrored. */
  orientation: number;
}

/**
 * What can be said against a picture before it is decoded, and how it is to be turned.
 * @throws FrameError `empty`, `not_jpeg`, `unsupported`, `damaged`, `too_many_pixels`, `dimensions` or `too_complex`.
 */
export function checkPicture(jpeg: Uint8Array, maxPixels: number): PictureHeader {
  const picture = judge(jpeg, maxPixels);
  const orientations = picture.segments
    .filter(({ marker }) => marker === 0xe1)
    .map(({ start, end }) => readOrientation(jpeg.subarray(start, end)));
  return { ...picture, orientation: orientations.find((each) => each !== undefined) ?? 1 };
}

function judge(jpeg: Uint8Array, maxPixels: number): Jpeg {
  try {
    return judgeJpeg(jpeg, { maxPixels });
  } catch (error) {
    throw error instanceof JpegError ? new FrameError(error.kind, error.message) : error;
  }
}

/** What the rest of a picture cannot put right. */
const CERTAIN: readonly Failure[] = ['not_jpeg', 'unsupported', 'too_many_pixels', 'dimensions', 'too_complex'];

/** What can be said against a picture of which no more than its beginning has come. @throws FrameError as above, but `damaged`. */
export function checkBeginning(beginning: Uint8Array, maxPixels: number): void {
  try {
    checkPicture(beginning, maxPixels);
  } catch (error) {
    if (!(error instanceof FrameError) || CERTAIN.includes(error.failure)) throw error;
  }
}
