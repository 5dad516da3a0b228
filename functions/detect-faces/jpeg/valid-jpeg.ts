import { type Jpeg, JpegError, judgeJpeg } from '@framewire/contract';
import { type Failure, FrameError } from './failure.ts';

/** A JPEG that was validated: its bytes with what its header says. */
export interface ValidJpeg extends Jpeg {
  bytes: Uint8Array;
}

/** @throws FrameError `empty`, `not_jpeg`, `unsupported`, `damaged`, `too_many_pixels`, `dimensions` or `too_complex`. */
export function validateJpeg(bytes: Uint8Array, maxPixels?: number): ValidJpeg {
  try {
    return { ...judgeJpeg(bytes, { maxPixels }), bytes };
  } catch (error) {
    throw error instanceof JpegError ? new FrameError(error.kind, error.message) : error;
  }
}

/** Failures that the rest of the bytes cannot change. */
const FINAL: readonly Failure[] = ['not_jpeg', 'unsupported', 'too_many_pixels', 'dimensions', 'too_complex'];

/** Refuses a JPEG early, while its upload still goes on. @throws FrameError as `validateJpeg`, but not `damaged`. */
export function validateBeginning(beginning: Uint8Array, maxPixels: number): void {
  try {
    validateJpeg(beginning, maxPixels);
  } catch (error) {
    if (!(error instanceof FrameError) || FINAL.includes(error.failure)) throw error;
  }
}
