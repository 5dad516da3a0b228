import { JpegError, type JpegSegment } from './segments.ts';

/** A decoder passes over the whole image once for each scan, however small the scan is. Encoders write 1 to 20. */
const MAX_SCANS = 64;
/**
 * The maximum number of pixels per byte: a block of 64 takes at least one bit (progressive, DC only, in grey), and if components are
 * subsampled against each other half of the blocks may be missing.
 */
const MAX_PIXELS_PER_BYTE = 1024;
const COEFFICIENTS = 64;

export interface ScannedJpeg {
  width: number;
  height: number;
  progressive: boolean;
  /** The ids of its components in the frame header. */
  ids: number[];
}

/**
 * Checks that the scans can contain the whole image: there are not too many, their data is long enough, and together they have all
 * coefficients. A decoder would fill the missing ones with grey, or with a coarse progressive image, and report no error.
 * @throws JpegError `too_complex` or `damaged`.
 */
export function checkScans(scans: JpegSegment[], jpeg: Uint8Array, scanned: ScannedJpeg): void {
  const { width, height, progressive, ids } = scanned;
  if (scans.length > MAX_SCANS)
    throw new JpegError('too_complex', `the image has ${scans.length} scans; at most ${MAX_SCANS} are decoded`);
  const bytes = scans.reduce((sum, { data, end }) => sum + end - data!, 0);
  if (width * height > bytes * MAX_PIXELS_PER_BYTE) {
    const claim = `it claims ${width}x${height} pixels, more than its ${bytes} bytes of image data can hold`;
    throw new JpegError('damaged', `damaged JPEG: ${claim}`);
  }
  /** For each coefficient of each component the lowest bit that the scans have so far. */
  const lowestBits = ids.map(() => new Uint8Array(COEFFICIENTS).fill(0xff));
  for (const { start, data } of scans) {
    const count = jpeg[start + 4]!;
    if (data! - start !== 8 + 2 * count)
      throw new JpegError('damaged', `damaged JPEG: the scan at byte ${start} does not say what is in it`);
    const [first, last, bits] = jpeg.subarray(start + 5 + 2 * count);
    for (let i = 0; i < count; i++) {
      const component = lowestBits[ids.indexOf(jpeg[start + 5 + 2 * i]!)];
      // a baseline scan has all coefficients of its components: decoders ignore what else it says
      if (progressive) component?.fill(bits! & 15, first, last! + 1);
      else component?.fill(0);
    }
  }
  const missing = lowestBits.findIndex((component) => component.some((bit) => bit > 0));
  if (missing >= 0)
    throw new JpegError(
      'damaged',
      `truncated JPEG: its scans leave out a part of the image, of component ${missing + 1} of ${ids.length}`,
    );
}
