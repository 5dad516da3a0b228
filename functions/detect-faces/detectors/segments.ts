import { FrameError } from '../failure.ts';

/** One marker of a JPEG with what belongs to it (ITU T.81, annex B); a scan's picture data belongs to its SOS. */
export interface Segment {
  /** The second byte of the marker: 0xda for SOS. */
  marker: number;
  /** Where it begins, at its 0xff, and ends. */
  start: number;
  end: number;
  /** Where the entropy-coded data of a scan begins. */
  data?: number;
}

export const SOI = 0xd8;
export const EOI = 0xd9;
export const SOS = 0xda;

/**
 * The segments from after SOI to EOI, in their order, without decoding: every byte is looked at once.
 * What stands behind EOI belongs to no picture and is left alone, as every decoder does.
 * @throws FrameError `damaged` where there is no marker although there must be one, or no EOI.
 */
export function* walkSegments(jpeg: Uint8Array): Generator<Segment> {
  for (let at = 2; ; ) {
    if (at < jpeg.length && jpeg[at] !== 0xff) throw new FrameError('damaged', `damaged JPEG: no marker at byte ${at}`);
    while (jpeg[at] === 0xff) at++; // fill bytes before a marker are allowed
    const start = at - 1;
    const marker = jpeg[at++];
    if (marker === undefined) throw truncated();
    if (standsAlone(marker)) {
      yield { marker, start, end: at };
      if (marker === EOI) return;
      continue;
    }
    const length = (jpeg[at]! << 8) | jpeg[at + 1]!;
    if (at + 2 > jpeg.length || at + length > jpeg.length) throw truncated();
    if (length < 2) throw new FrameError('damaged', `damaged JPEG: segment of length ${length} at byte ${start}`);
    at += length;
    if (marker !== SOS) yield { marker, start, end: at };
    else {
      const data = at;
      at = findMarker(jpeg, at);
      yield { marker, start, end: at, data };
    }
  }
}

/** TEM, RSTn, SOI and EOI have no length. */
const standsAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= EOI);

/** Where the picture data that begins at `at` ends: at the first marker that is not stuffing (ff 00) and no restart (ff d0 to ff d7). */
function findMarker(jpeg: Uint8Array, at: number): number {
  for (const end = jpeg.length - 1; at < end; at++) {
    if (jpeg[at] !== 0xff) continue;
    const next = jpeg[at + 1]!;
    if (next === 0 || (next >= 0xd0 && next <= 0xd7)) at++;
    else if (next !== 0xff) return at;
  }
  throw truncated();
}

const truncated = () => new FrameError('damaged', 'truncated JPEG: its end marker is missing');
