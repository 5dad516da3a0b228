import type { JpegHeader } from '@framewire/contract';
import { FrameError } from '../failure.ts';
import type { Segment } from './segments.ts';

/** A decoder goes over the whole picture once for each scan, however small the scan is. Encoders write 1 to 20. */
const MAX_SCANS = 64;
/**
 * Pixels a byte: a block of 64 takes a bit at the least (progressive, nothing but DC, in grey), and where components are subsampled
 * against each other half of the blocks may be missing.
 */
const MAX_PIXELS_PER_BYTE = 1024;
const COEFFICIENTS = 64;

/**
 * Whether the scans can hold the picture: there are not too many, their data is long enough, and together they tell all of it.
 * A decoder fills up in grey what no scan tells, or with what a progressive picture looks like from afar, and finds nothing wrong.
 * @throws FrameError `too_complex` or `damaged`.
 */
export function checkScans(
  scans: Segment[],
  jpeg: Uint8Array,
  { width, height, components, frame }: FrameHeader,
): void {
  if (scans.length > MAX_SCANS)
    throw new FrameError('too_complex', `the picture has ${scans.length} scans; at most ${MAX_SCANS} are decoded`);
  const bytes = scans.reduce((sum, { data, end }) => sum + end - data!, 0);
  if (width * height > bytes * MAX_PIXELS_PER_BYTE) {
    const claim = `it claims ${width}x${height} pixels, more than its ${bytes} bytes of picture data can hold`;
    throw new FrameError('damaged', `damaged JPEG: ${claim}`);
  }
  const ids = Array.from({ length: components }, (_, i) => jpeg[frame.start + 10 + 3 * i]);
  /** For each component's coefficients the lowest bit that was told so far. */
  const told = ids.map(() => new Uint8Array(COEFFICIENTS).fill(0xff));
  for (const { start } of scans) {
    const count = jpeg[start + 4]!;
    const [first, last, bits] = jpeg.subarray(start + 5 + 2 * count);
    for (let i = 0; i < count; i++) {
      const component = told[ids.indexOf(jpeg[start + 5 + 2 * i])];
      component?.fill(bits! & 15, first, last! + 1);
    }
  }
  if (told.some((component) => component.some((bit) => bit > 0)))
    throw new FrameError('damaged', 'truncated JPEG: its scans leave out a part of the picture');
}

interface FrameHeader extends JpegHeader {
  /** The segment with the size. */
  frame: Segment;
}
