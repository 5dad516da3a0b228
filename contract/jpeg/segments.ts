/** One marker of a JPEG with what belongs to it (ITU T.81, annex B); a scan's picture data belongs to its SOS. */
export interface JpegSegment {
  /** The second byte of the marker: 0xda for SOS. */
  marker: number;
  /** Where it begins, at its 0xff, and ends. */
  start: number;
  end: number;
  /** Where the entropy-coded data of a scan begins. */
  data?: number;
}

/** A picture that is no JPEG, or is damaged, or is not taken; the message says what is wrong in words for whoever sent it. */
export class JpegError extends Error {
  override name = 'JpegError';
  constructor(
    readonly kind: JpegProblem,
    words: string,
  ) {
    super(words);
  }
}

/**
 * - `empty`, `not_jpeg`: there is nothing, or something else;
 * - `damaged`: it is broken, or a part of it is missing;
 * - `unsupported`: of a kind that browsers do not show either;
 * - `too_many_pixels`, `dimensions`, `too_complex`: more than is decoded.
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
 * The segments from after SOI to EOI, in their order, without decoding: every byte is looked at once.
 * Bytes that belong to no segment are passed over, as every decoder does: USB webcams and some IP cameras write a few before a marker.
 * What stands behind EOI belongs to no picture and is left alone: padding, or the film of a motion photo.
 * @throws JpegError `damaged` where a marker is none that JPEG has, a segment does not fit, or the end marker is missing.
 */
export function* walkJpeg(jpeg: Uint8Array): Generator<JpegSegment> {
  let hasScan = false;
  for (let at = 2; ; ) {
    const start = findMarker(jpeg, at, false);
    if (start < 0) {
      const end = hasScan ? 'its end marker is missing' : 'it ends before its picture data';
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

/** SOFn, DHT, DAC, RSTn to EOI, SOS, DQT, DNL, DRI, APPn and COM; DHP, EXP and JPGn belong to coding that nobody writes. */
const isKnown = (marker: number) => (marker >= 0xc0 && marker <= 0xef && marker !== 0xc8) || marker === 0xfe;

/**
 * Where the next marker is: at the first 0xff before a byte that makes it one. 0 makes none (it is stuffing), and another 0xff none yet
 * (they may fill up the room before a marker); within the data of a scan RSTn is a part of it.
 * @returns -1 where there is none.
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
