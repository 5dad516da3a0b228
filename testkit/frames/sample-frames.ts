import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { createScene, HEIGHT, WIDTH } from './scene.ts';

/** What a frame of a VGA camera weighs, bytes. */
const SIZE = 53_000;
const SCENES = 4;
const MOMENTS = 3;

export interface SampleFrames {
  kind: 'photographs' | 'drawn scenes';
  /** What they show. */
  what: string;
  jpegs: Uint8Array[];
}

/** VGA frames with faces, about 53 kB each: photographs of this folder, or the drawn scene. */
export async function makeSampleFrames(photographs: string | undefined): Promise<SampleFrames> {
  const bases = photographs ? await readPhotographs(photographs) : await drawScenes();
  const jpegs = await Promise.all(bases.map(compress));
  const size = Math.round(jpegs.reduce((sum, jpeg) => sum + jpeg.length, 0) / jpegs.length / 1000);
  const kind = photographs ? 'photographs' : 'drawn scenes';
  const what = photographs ? 'photographs of people' : 'drawn scenes with two or three people';
  return { kind, what: `${jpegs.length} ${what}, ${WIDTH}x${HEIGHT}, ${size} kB on average`, jpegs };
}

async function readPhotographs(folder: string): Promise<Buffer[]> {
  const files = readdirSync(folder).filter((name) => /\.jpe?g$/i.test(name));
  if (!files.length) throw new Error(`there is no JPEG in ${folder}`);
  return Promise.all(
    files.map((name) =>
      sharp(join(folder, name)).rotate().resize(WIDTH, HEIGHT, { fit: 'cover' }).removeAlpha().png().toBuffer(),
    ),
  );
}

/** With the grain of a sensor, without which a drawing compresses to half the size of a photograph. */
async function drawScenes(): Promise<Buffer[]> {
  const grain = await sharp({
    create: {
      width: WIDTH,
      height: HEIGHT,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 14 },
    },
  })
    .png()
    .toBuffer();
  const scenes = Array.from({ length: SCENES }, (_, i) => createScene(`bench ${i}`));
  return Promise.all(
    scenes.flatMap((scene) =>
      Array.from({ length: MOMENTS }, async (_, i) =>
        sharp(await scene.draw(4 * i))
          .composite([{ input: grain, blend: 'soft-light' }])
          .png()
          .toBuffer(),
      ),
    ),
  );
}

/** The quality whose size comes nearest. */
async function compress(base: Buffer): Promise<Uint8Array> {
  let best: Buffer | undefined;
  for (let quality = 60; quality <= 96; quality += 3) {
    const jpeg = await sharp(base).jpeg({ quality }).toBuffer();
    if (!best || Math.abs(jpeg.length - SIZE) < Math.abs(best.length - SIZE)) best = jpeg;
    if (jpeg.length > SIZE) break;
  }
  return new Uint8Array(best!);
}
