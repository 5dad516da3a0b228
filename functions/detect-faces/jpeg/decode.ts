import { FrameError } from './failure.ts';
import { orient } from './orient.ts';
import type { Picture, Raster, Size } from './raster.ts';
import { createResampler } from './resample.ts';
import { decodeBySharp } from './sharp.ts';
import { withoutStrayData } from './stray-data.ts';
import { tidy } from './tidy.ts';
import { openTurboJpeg, type TurboJpeg } from './turbojpeg.ts';
import { type ValidJpeg, validateJpeg } from './valid-jpeg.ts';

export interface DecodeOptions {
  /** The colours of the raster: grey costs half as much as colour. */
  colour: Raster['colour'];
  /** The longest side of the raster, pixels: a larger image is shrunk while it is decoded, a smaller one keeps its size. */
  maxSide: number;
  /** Shrink by halves only, which costs nothing beyond decoding; otherwise to `maxSide` exactly. */
  halves?: boolean;
}

export interface Decoder {
  /** The library. */
  readonly name: string;
  /**
   * Decodes one JPEG at a time: the buffer of its pixels is reused.
   * @throws FrameError also if a part could be decoded: the result of half an image would be wrong and look right.
   */
  decode(jpeg: ValidJpeg): Promise<Picture>;
}

/** Creates a decoder for one thread: the system's libjpeg-turbo on the calling thread; sharp for CMYK, or if that is not installed. */
export function createDecoder(
  { colour, maxSide, halves = false }: DecodeOptions,
  turbo: TurboJpeg | null = openTurboJpeg() ?? null,
): Decoder {
  const resample = createResampler();
  return {
    name: turbo ? 'libjpeg-turbo' : 'sharp',
    async decode(jpeg) {
      const { orientation, width, height } = jpeg;
      const bySharp = !turbo || jpeg.components === 4;
      const shrink = chooseShrink(Math.max(width, height), maxSide, halves);
      const wanted = halves ? divide(jpeg, shrink) : fit(jpeg, maxSide);
      const raster = await decodeWhole(tidy(jpeg, { metadata: !bySharp }), async (bytes) =>
        bySharp
          ? decodeBySharp(bytes, jpeg, { ...wanted, colour })
          : resample(turbo.decode(bytes, { ...divide(jpeg, shrink), colour }), wanted),
      );
      const image = orientation >= 5 ? { width: height, height: width } : { width, height };
      return { ...orient(raster, orientation), image };
    },
  };
}

/**
 * Decodes again without the stray bytes behind the data of a scan: libjpeg reports them with the same warning as missing data, and stops.
 * @throws FrameError if pixels are missing.
 */
async function decodeWhole<T>(bytes: Uint8Array, decode: (bytes: Uint8Array) => Promise<T>): Promise<T> {
  try {
    return await decode(bytes);
  } catch (error) {
    if (!(error instanceof FrameError) || !error.message.includes('extraneous bytes before marker')) throw error;
    const cut = withoutStrayData(validateJpeg(bytes)); // `tidy` moved its segments
    if (!cut) throw error;
    return decode(cut);
  }
}

/** The factor by which the decoder itself shrinks: 1, 2, 4 or 8. With `halves` to at most `maxSide`, otherwise to at least that. */
function chooseShrink(side: number, maxSide: number, halves: boolean): number {
  const enough = (shrink: number) => (halves ? side <= maxSide * shrink : side < 2 * maxSide * shrink);
  return [1, 2, 4].find(enough) ?? 8;
}

/** Rounds as libjpeg does. */
const divide = ({ width, height }: Size, by: number): Size => ({
  width: Math.ceil(width / by),
  height: Math.ceil(height / by),
});

function fit({ width, height }: Size, maxSide: number): Size {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
