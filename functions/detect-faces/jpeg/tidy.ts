import { type JpegSegment, SOI, SOS } from '@framewire/contract';
import type { PictureHeader } from './picture.ts';

/**
 * The same picture without what a decoder only warns of although no pixel depends on it, so that every warning that is left means that
 * pixels are missing: bytes that belong to no segment, a baseline scan that names other coefficients than all, a JFIF version and an
 * Adobe transform that nobody knows. What is right already is given back as it is, without a copy.
 * @param metadata whether colour profiles, EXIF and comments stay: they change no face, but cost some decoders time and memory, and are
 * one more thing to be hostile.
 */
export function tidy(jpeg: Uint8Array, picture: PictureHeader, { metadata = true } = {}): Uint8Array {
  const kept = picture.segments.filter(({ marker }) => metadata || marker < 0xe1 || marker === ADOBE);
  const parts = kept.map((segment) => mend(segment, jpeg, picture));
  const isTidy =
    parts.every((part) => part === undefined) && kept.every(({ start }, i) => start === (kept[i - 1]?.end ?? 2));
  if (isTidy) return jpeg;
  const copied = kept.map(({ start, end }, i) => parts[i] ?? jpeg.subarray(start, end));
  return Buffer.concat([Buffer.of(0xff, SOI), ...copied]);
}

/** The segment as it should be; undefined where it is so. */
function mend(
  { marker, start, end, data }: JpegSegment,
  jpeg: Uint8Array,
  picture: PictureHeader,
): Uint8Array | undefined {
  const payload = start + 4;
  const change = (at: number, ...to: number[]): Uint8Array | undefined => {
    if (to.every((byte, i) => jpeg[at + i] === byte)) return undefined;
    const copy = Uint8Array.prototype.slice.call(jpeg, start, end);
    copy.set(to, at - start);
    return copy;
  };
  if (marker === SOS && !picture.progressive) return change(data! - 3, 0, 63, 0);
  if (marker === APP0 && startsWith(jpeg, payload, 'JFIF\0')) return change(payload + 5, 1);
  if (marker !== ADOBE || !startsWith(jpeg, payload, 'Adobe') || end < payload + 12) return undefined;
  const [none, known] = picture.components === 4 ? [0, 2] : [0, 1];
  return jpeg[payload + 11] === none ? undefined : change(payload + 11, known);
}

const APP0 = 0xe0;
/** APP14 says how colours are meant. */
const ADOBE = 0xee;

const startsWith = (jpeg: Uint8Array, at: number, text: string) =>
  Array.from(text).every((char, i) => jpeg[at + i] === char.charCodeAt(0));
