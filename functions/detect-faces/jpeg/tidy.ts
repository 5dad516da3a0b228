import { type JpegSegment, SOI, SOS } from '@framewire/contract';
import type { ValidJpeg } from './valid-jpeg.ts';

/**
 * Removes what decoders only warn about although no pixel depends on it, so that each remaining warning means that pixels are missing:
 * bytes between segments, a baseline scan that names some of its coefficients only, an unknown JFIF version or Adobe transform.
 * Returns the same bytes, without a copy, if there is nothing to remove.
 * @param metadata whether to keep colour profiles, EXIF and comments: they cost some decoders time and memory, and may be hostile.
 */
export function tidy(jpeg: ValidJpeg, { metadata = true } = {}): Uint8Array {
  const { bytes } = jpeg;
  const kept = jpeg.segments.filter(({ marker }) => metadata || marker < 0xe1 || marker === ADOBE);
  const parts = kept.map((segment) => mend(segment, jpeg));
  const isTidy =
    parts.every((part) => part === undefined) && kept.every(({ start }, i) => start === (kept[i - 1]?.end ?? 2));
  if (isTidy) return bytes;
  const copied = kept.map(({ start, end }, i) => parts[i] ?? bytes.subarray(start, end));
  return Buffer.concat([Buffer.of(0xff, SOI), ...copied]);
}

/** The segment as it should be; undefined if it is right already. */
function mend(
  { marker, start, end, data }: JpegSegment,
  { bytes, progressive, components }: ValidJpeg,
): Uint8Array | undefined {
  const payload = start + 4;
  const change = (at: number, ...to: number[]): Uint8Array | undefined => {
    if (to.every((byte, i) => bytes[at + i] === byte)) return undefined;
    const copy = Uint8Array.prototype.slice.call(bytes, start, end);
    copy.set(to, at - start);
    return copy;
  };
  if (marker === SOS && !progressive) return change(data! - 3, 0, 63, 0);
  if (marker === APP0 && startsWith(bytes, payload, 'JFIF\0')) return change(payload + 5, 1);
  if (marker !== ADOBE || !startsWith(bytes, payload, 'Adobe') || end < payload + 12) return undefined;
  const [none, known] = components === 4 ? [0, 2] : [0, 1];
  return bytes[payload + 11] === none ? undefined : change(payload + 11, known);
}

const APP0 = 0xe0;
/** APP14 with the colour transform. */
const ADOBE = 0xee;

const startsWith = (bytes: Uint8Array, at: number, text: string) =>
  Array.from(text).every((char, i) => bytes[at + i] === char.charCodeAt(0));
