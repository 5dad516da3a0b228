/** A marker of a JPEG with its segment (ITU T.81, annex B); the data of a scan belongs to its SOS. */
export interface JpegSegment {
  /** The second byte of the marker: 0xda for SOS. */
  marker: number;
  /** Where it begins, at its 0xff, and ends. */
  start: number;
  end: number;
  /** Where the entropy-coded data of a scan begins. */
  data?: number;
}

/** Not a JPEG, or one that is damaged or not supported; the message tells the sender what is wrong. */
export class JpegError extends Error {
  override name = 'JpegError';
  constructor(
    readonly kind: JpegProblem,
    message: string,
  ) {
    super(message);
  }
}

/**
 * - `empty`, `not_jpeg`: no bytes, or another format;
 * - `damaged`: it is broken or incomplete;
 * - `unsupported`: a kind that browsers do not show either;
 * - `too_many_pixels`, `dimensions`, `too_complex`: beyond the limits.
 */
export type JpegProblem =
  | 'empty'
  | 'not_jpeg'
  | 'damaged'
  | 'unsupported'
  | 'too_many_pixels'
  | 'dimensions'
  | 'too_complex';

export const SOI = 0xd8;
export const EOI = 0xd9;
export const SOS = 0xda;

/**
 * Yields the segments from after SOI to EOI in order, without decoding: it looks at every byte once.
 * It skips bytes between segments, as every decoder does: USB webcams and some IP cameras write a few before a marker.
 * It ignores what follows EOI: padding, or the video of a motion photo.
 * @throws JpegError `damaged` if a marker is unknown, a segment does not fit, or the end marker is missing.
 */
export function* walkJpeg(jpeg: Uint8Array): Generator<JpegSegment> {
  let hasScan = false;
  for (let at = 2; ; ) {
    const start = findMarker(jpeg, at, false);
    if (start < 0) {
      const end = hasScan ? 'its end marker is missing' : 'it ends before its image data';
      throw new JpegError('damaged', `truncated JPEG: ${end}`);
    }
    const marker = jpeg[start + 1]!;
    at = start + 2;
    if (standsAlone(marker)) {
      yield { marker, start, end: at };
      if (marker === EOI) return;
      continue;
    }
    const name = `ff ${marker.toString(16).padStart(2, '0')}`;
    if (!isKnown(marker)) throw new JpegError('damaged', `damaged JPEG: unknown marker ${name} at byte ${start}`);
    const length = at + 2 > jpeg.length ? jpeg.length : (jpeg[at]! << 8) | jpeg[at + 1]!;
    if (length < 2) throw new JpegError('damaged', `damaged JPEG: segment of length ${length} at byte ${start}`);
    if (at + length > jpeg.length)
      throw new JpegError('damaged', `truncated JPEG: it ends within its segment ${name} at byte ${start}`);
    at += length;
    if (marker !== SOS) yield { marker, start, end: at };
    else {
      hasScan = true;
      const data = at;
      at = findMarker(jpeg, data, true);
      if (at < 0) throw new JpegError('damaged', 'truncated JPEG: its end marker is missing');
      yield { marker, start, end: at, data };
    }
  }
}

/** RSTn: the marker between two restart intervals of a scan. */
export const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;

/** TEM, RSTn, SOI and EOI have no length. */
const standsAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= EOI);

/** SOFn, DHT, DAC, RSTn to EOI, SOS, DQT, DNL, DRI, APPn and COM; also DHP, EXP and JPGn, which no encoder writes. */
const isKnown = (marker: number) => (marker >= 0xc0 && marker <= 0xef && marker !== 0xc8) || marker === 0xfe;

/**
 * Finds the next marker: the first 0xff whose next byte makes it one. A 0 does not (byte stuffing), and a further 0xff is a fill byte
 * before the marker; within the data of a scan RSTn is part of the data.
 * @returns -1 if there is none.
 */
function findMarker(jpeg: Uint8Array, from: number, withinScan: boolean): number {
  for (let at = jpeg.indexOf(0xff, from); at >= 0 && at < jpeg.length - 1; at = jpeg.indexOf(0xff, at)) {
    const next = jpeg[at + 1]!;
    if (next === 0xff) at++;
    else if (next === 0 || (withinScan && isRestart(next))) at += 2;
    else return at;
  }
  return -1;
}
