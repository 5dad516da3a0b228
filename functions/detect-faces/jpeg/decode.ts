import { FrameError } from './failure.ts';
import { orient } from './orient.ts';
import { checkPicture } from './picture.ts';
import type { Picture, Raster, Size } from './raster.ts';
import { createResampler } from './resample.ts';
import { decodeBySharp } from './sharp.ts';
import { withoutStrayData } from './stray-data.ts';
import { tidy } from './tidy.ts';
import { openTurboJpeg, type TurboJpeg } from './turbojpeg.ts';

export interface DecodeOptions {
  /** What of a picture is wanted: grey costs half of colour. */
  colour: Raster['colour'];
  /** The longest side that is wanted, pixels: a larger picture is shrunk while it is decoded, a smaller one left as it is. */
  maxSide: number;
  /** Whether it is shrunk by halves alone, which costs nothing beyond decoding; else to `maxSide` exactly. */
  halves?: boolean;
  /** Pixels that a picture may claim. */
  maxPixels: number;
}

export interface Decoder {
  /** What it decodes with. */
  readonly name: string;
  /**
   * One picture at a time: its pixels stand in a buffer that is used again.
   * @throws FrameError also for what can still be decoded in part: half a picture would be a wrong answer that looks like a right one.
   */
  decode(jpeg: Uint8Array): Promise<Picture>;
}

/** A decoder for one thread: libjpeg-turbo of the system on the calling thread, sharp where that is not installed and for CMYK. */
export function createDecoder(
  { colour, maxSide, halves = false, maxPixels }: DecodeOptions,
  turbo: TurboJpeg | null = openTurboJpeg() ?? null,
): Decoder {
  const resample = createResampler();
  return {
    name: turbo ? 'libjpeg-turbo' : 'sharp',
    async decode(jpeg) {
      const header = checkPicture(jpeg, maxPixels);
      const bySharp = !turbo || header.components === 4;
      const whole = tidy(jpeg, header, { metadata: !bySharp });
      const shrink = chooseShrink(Math.max(header.width, header.height), maxSide, halves);
      const wanted = halves ? divide(header, shrink) : fit(header, maxSide);
      const raster = await decodeWhole(whole, maxPixels, async (bytes) =>
        bySharp
          ? decodeBySharp(bytes, header, { ...wanted, colour })
          : resample(turbo.decode(bytes, { ...divide(header, shrink), colour }), wanted),
      );
      const { orientation, width, height } = header;
      const image = orientation >= 5 ? { width: height, height: width } : { width, height };
      return { ...orient(raster, orientation), image };
    },
  };
}

/**
 * libjpeg tells bytes behind the data of a scan in the same way as a picture of which a part is missing, and stops. Where no pixel is
 * missing they are cut off, and it begins again.
 */
async function decodeWhole<T>(
  jpeg: Uint8Array,
  maxPixels: number,
  decode: (jpeg: Uint8Array) => Promise<T>,
): Promise<T> {
  try {
    return await decode(jpeg);
  } catch (error) {
    if (!(error instanceof FrameError) || !error.message.includes('extraneous bytes before marker')) throw error;
    const cut = withoutStrayData(jpeg, checkPicture(jpeg, maxPixels));
    if (!cut) throw error;
    return decode(cut);
  }
}

/** By how much the decoder itself shrinks: 1, 2, 4 or 8. To at most `maxSide` where halves are all there is, else to at least that. */
function chooseShrink(side: number, maxSide: number, halves: boolean): number {
  const enough = (shrink: number) => (halves ? side <= maxSide * shrink : side < 2 * maxSide * shrink);
  return [1, 2, 4].find(enough) ?? 8;
}

/** As libjpeg rounds. */
const divide = ({ width, height }: Size, by: number): Size => ({
  width: Math.ceil(width / by),
  height: Math.ceil(height / by),
});

function fit({ width, height }: Size, maxSide: number): Size {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
