import sharp from 'sharp';
import { expect, it } from 'vitest';
import { cropTo } from './crop.ts';

/** Grey with a white square of 40 pixels at a place. */
async function picture(left: number, top: number): Promise<Buffer> {
  const square = await sharp({ create: { width: 40, height: 40, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  return sharp({ create: { width: 200, height: 120, channels: 3, background: '#333' } })
    .composite([{ input: square, left, top }])
    .jpeg({ quality: 95 })
    .toBuffer();
}
const sizeOf = async (jpeg: Uint8Array) => {
  const { width, height } = await sharp(jpeg).metadata();
  return [width, height];
};
const middleOf = async (jpeg: Uint8Array) => {
  const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true });
  return data[Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)]!;
};

it('a crop is the box with a margin, and ends at the edge of the frame', async () => {
  const inside = await cropTo(await picture(100, 40), { x: 100, y: 40, w: 40, h: 40 });
  expect(await sizeOf(inside.jpeg)).toEqual([60, 60]);
  expect(await middleOf(inside.jpeg)).toBeGreaterThan(200);
  expect(inside.isSharp).toBe(true);
  const corner = await cropTo(await picture(0, 0), { x: -10, y: -10, w: 50, h: 50 });
  expect(await sizeOf(corner.jpeg)).toEqual([53, 53]);
});

it('a box is meant in the frame as a browser shows it, turned by its EXIF orientation', async () => {
  const turned = await sharp(await picture(10, 20))
    .withMetadata({ orientation: 6 })
    .toBuffer();
  // turned by 90 degrees clockwise: 120 wide, 200 high; x' = 120 - 20 - 40, y' = 10
  const crop = await cropTo(turned, { x: 60, y: 10, w: 40, h: 40 });
  expect(await sizeOf(crop.jpeg)).toEqual([60, 60]);
  expect(await middleOf(crop.jpeg)).toBeGreaterThan(200);
});

it('knows a blurred one, and refuses what is no JPEG', async () => {
  const blurred = await sharp(await picture(100, 40))
    .blur(30)
    .jpeg()
    .toBuffer();
  expect((await cropTo(blurred, { x: 100, y: 40, w: 40, h: 40 })).isSharp).toBe(false);
  const garbage = new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3]);
  await expect(cropTo(garbage, { x: 0, y: 0, w: 40, h: 40 })).rejects.toThrow();
});
