import { FrameError } from '../failure.ts';
import { orient } from './orient.ts';
import { checkPicture } from './picture.ts';
import { createResampler } from './resample.ts';
import { decodeBySharp } from './sharp.ts';
import { openTurboJpeg } from './turbojpeg.ts';

export interface DecodeOptions {
  /** What of a picture is wanted: grey costs half of colour. */
  colour: 'grey' | 'rgb';
  /** The longest side that is wanted, pixels: a larger picture is shrunk while it is decoded, a smaller one left as it is. */
  maxSide: number;
  /** Whether it is shrunk by halves alone, which costs nothing beyond decoding; else to `maxSide` exactly. */
  halves?: boolean;
  /** Pixels that a picture may claim. */
  maxPixels: number;
}

/** A decoded picture, upright as a browser shows it. */
export interface Picture {
  /** Rows of red, green, blue or of grey, 8 bits each, without padding. Good until the next picture is decoded. */
  pixels: Uint8Array;
  colour: 'grey' | 'rgb';
  width: number;
  height: number;
  /** The size of the full frame, pixels. */
  image: { width: number; height: number };
}

export type Raster = Omit<Picture, 'image'>;
export type Size = Pick<Picture, 'width' | 'height'>;

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
  turbo = openTurboJpeg(),
): Decoder {
  const resample = createResampler();
  return {
    name: turbo ? 'libjpeg-turbo' : 'sharp',
    async decode(jpeg) {
      const header = checkPicture(jpeg, maxPixels);
      const shrink = chooseShrink(Math.max(header.width, header.height), maxSide, halves);
      const wanted = halves ? divide(header, shrink) : fit(header, maxSide);
      try {
        const raster =
          turbo && header.components !== 4
            ? resample(turbo.decode(jpeg, { ...divide(header, shrink), colour }), wanted)
            : await decodeBySharp(jpeg, header, { ...wanted, colour });
        const turned = header.orientation >= 5;
        const image = turned
          ? { width: header.height, height: header.width }
          : { width: header.width, height: header.height };
        return { ...orient(raster, header.orientation), image };
      } catch (error) {
        throw new FrameError('damaged', `damaged JPEG: ${(error as Error).message}`);
      }
    },
  };
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
