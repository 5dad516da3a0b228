import { judgeJpeg } from '@framewire/contract';
import sharp from 'sharp';
import { type GreyFrame, shrink } from './grey-frame.ts';
import { type DecodeGrey, openTurboJpeg } from './turbojpeg.ts';

/** A small grey frame, and how the JPEG is to be turned to stand upright. */
export interface DecodedGrey extends GreyFrame {
  /** The EXIF orientation, 1 to 8. */
  orientation: number;
}

/**
 * Decodes a JPEG to a small grey frame. The decoder itself shrinks to an eighth: of a block of 64 pixels it computes the mean alone, which
 * costs a fifth of the whole. Rejects if the JPEG is damaged.
 */
export type GreyDecoder = (jpeg: Uint8Array) => Promise<DecodedGrey>;

/** By the system's libjpeg-turbo. By sharp, at about four times the cost, where that is not installed, and for CMYK. */
export function createGreyDecoder(turbo: DecodeGrey | undefined = openTurboJpeg()): GreyDecoder {
  return async (jpeg) => {
    const { width, height, components, orientation } = judgeJpeg(jpeg);
    const decode = components === 4 ? decodeBySharp : (turbo ?? decodeBySharp);
    return { ...shrink(await decode(jpeg, { width, height })), orientation };
  };
}

const decodeBySharp: DecodeGrey = async (jpeg, size) => {
  const [width, height] = [Math.ceil(size.width / 8), Math.ceil(size.height / 8)];
  const { data } = await sharp(jpeg, { failOn: 'truncated' })
    .greyscale()
    .resize({ width, height, fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width, height };
};
