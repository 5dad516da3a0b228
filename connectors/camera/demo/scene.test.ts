import { judgeJpeg } from '@framewire/contract';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createScene, HEIGHT, LOOP_SECONDS, readTruth, WIDTH } from './scene.ts';

describe('the drawn scene', () => {
  it('is a whole JPEG with its true faces in it, all within the picture', async () => {
    for (const seed of ['demo', '2', 'yard']) {
      const jpeg = await createScene(seed).draw(3.3);
      expect(judgeJpeg(jpeg)).toMatchObject({ width: WIDTH, height: HEIGHT });
      const faces = readTruth(jpeg)!;
      expect(faces.length).toBeGreaterThanOrEqual(2);
      for (const { x, y, w, h } of faces) {
        expect(Math.min(x, y, WIDTH - x - w, HEIGHT - y - h)).toBeGreaterThanOrEqual(0);
        expect(w).toBeGreaterThanOrEqual(80);
        expect(w).toBeLessThanOrEqual(160);
      }
    }
  });

  it('is the same for the same seed and moment, another for another, and as it was after a round', async () => {
    const at = (seed: string, seconds: number) => createScene(seed).draw(seconds);
    expect(await at('a', 1)).toEqual(await at('a', 1));
    expect(await at('a', 1)).toEqual(await at('a', 1 + LOOP_SECONDS));
    expect(await at('a', 1)).not.toEqual(await at('a', 2));
    expect(await at('a', 1)).not.toEqual(await at('b', 1));
  });

  it('keeps its truth only as long as the picture is passed on as it is', async () => {
    const jpeg = await createScene('a').draw(0);
    expect(readTruth(await sharp(jpeg).jpeg().toBuffer())).toBeUndefined();
    expect(readTruth(new Uint8Array())).toBeUndefined();
  });
});

it('a scene to walk through has one face, which comes from the left, leaves to the right, and is away in between', async () => {
  const scene = createScene('walk');
  const faces = await Promise.all([0, 4, 6, 8, 11.9].map(async (at) => readTruth(await scene.draw(at))!));
  expect(faces.map((found) => found.length)).toEqual([0, 1, 1, 1, 0]);
  const xs = faces.flat().map(({ x }) => x);
  expect(xs).toEqual([...xs].sort((a, b) => a - b));
});
