import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawScene } from '../testing/scene.ts';
import { createDecoder, type Decoder } from './decode.ts';
import type { FrameError } from './failure.ts';
import { openTurboJpeg } from './turbojpeg.ts';
import { validateJpeg } from './valid-jpeg.ts';

const turbo = openTurboJpeg();
const options = { colour: 'rgb', maxSide: 320 } as const;
/** The mean difference of a pixel that two decoders may have, of 255: they round and smooth colours differently. */
const TOLERANCE = 3;

const libraries = [
  { name: 'libjpeg-turbo', open: turbo, skip: !turbo && 'it is not installed' },
  { name: 'sharp', open: null, skip: false },
];

for (const { name, open, skip } of libraries) {
  describe.skipIf(skip)(`decoding by ${name}${skip ? ` (skipped: ${skip})` : ''}`, () => {
    const decoder = (changes = {}): Decoder => createDecoder({ ...options, ...changes }, open);
    let scene: Buffer;
    beforeAll(async () => {
      scene = await drawScene().jpeg({ quality: 95 }).toBuffer();
    });

    it.each([
      [640, 480, 320, 240],
      [1920, 1080, 320, 180],
      [500, 375, 320, 240],
      [321, 200, 320, 199],
      [8, 3000, 1, 320],
      [200, 100, 200, 100],
    ])('shrinks %ix%i to %ix%i where a side is at most 320', async (width, height, wide, high) => {
      const jpeg = await sharp(scene).resize(width, height, { fit: 'fill' }).jpeg().toBuffer();
      const picture = await decoder().decode(validateJpeg(jpeg));
      expect(picture).toMatchObject({ width: wide, height: high, colour: 'rgb', image: { width, height } });
      expect(picture.pixels).toHaveLength(wide * high * 3);
    });

    it.each([
      [1280, 720, 1280, 720],
      [1920, 1080, 960, 540],
      [3840, 2160, 960, 540],
    ])('shrinks %ix%i by halves to %ix%i, in grey', async (width, height, wide, high) => {
      const jpeg = await sharp(scene).resize(width, height, { fit: 'fill' }).jpeg().toBuffer();
      const picture = await decoder({ colour: 'grey', maxSide: 1280, halves: true }).decode(validateJpeg(jpeg));
      expect(picture).toMatchObject({ width: wide, height: high, colour: 'grey', image: { width, height } });
      expect(picture.pixels).toHaveLength(wide * high);
    });

    it.each([1, 2, 3, 4, 5, 6, 7, 8])('applies EXIF orientation %i', async (orientation) => {
      const stored = await sharp(scene).withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer();
      const upright = await sharp(stored).autoOrient().jpeg({ quality: 95 }).toBuffer();
      const [turned, wanted] = [
        await decoder().decode(validateJpeg(stored)),
        await decoder().decode(validateJpeg(upright)),
      ];
      expect(turned.image).toEqual(wanted.image);
      expect(difference(turned.pixels, wanted.pixels)).toBeLessThan(TOLERANCE);
    });

    it('keeps nothing of an earlier JPEG: a truncated one is refused, a smaller one has its own pixels only', async () => {
      const reused = decoder({ maxSide: 640 });
      await reused.decode(validateJpeg(scene));
      const half = Buffer.concat([scene.subarray(0, scene.length / 2), scene.subarray(-2)]);
      expect(await reused.decode(validateJpeg(half)).catch((error: FrameError) => error.failure)).toBe('damaged');
      const black = await sharp({ create: { width: 600, height: 400, channels: 3, background: 'black' } })
        .jpeg()
        .toBuffer();
      expect((await reused.decode(validateJpeg(black))).pixels.every((value) => value < 3)).toBe(true);
    });
  });
}

it.skipIf(!turbo)('both libraries decode the same (skipped if libjpeg-turbo is not installed)', async () => {
  const folder = process.env.FRAMEWIRE_IMAGES;
  const pictures = [await drawScene().jpeg().toBuffer(), await drawScene().jpeg({ progressive: true }).toBuffer()];
  if (folder) pictures.push(readFileSync(join(folder, '2007_007763.jpg')));
  for (const jpeg of pictures) {
    for (const colour of ['rgb', 'bgr', 'grey'] as const) {
      const by = (open: typeof turbo | null) => createDecoder({ ...options, colour }, open).decode(validateJpeg(jpeg));
      const [one, other] = [await by(turbo), await by(null)];
      expect(one).toMatchObject({ width: other.width, height: other.height, image: other.image });
      expect(difference(one.pixels, other.pixels)).toBeLessThan(TOLERANCE);
    }
  }
});

function difference(a: Uint8Array, b: Uint8Array): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}
