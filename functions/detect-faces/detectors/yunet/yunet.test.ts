import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { validateJpeg } from '../../jpeg/valid-jpeg.ts';
import { makeYunet } from '../../testing/tiny-onnx.ts';
import { createDetector } from '../create.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-yunet-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (model: Uint8Array) => {
  const weights = join(folder, 'yunet.onnx');
  writeFileSync(weights, model);
  return createDetector({ kind: 'yunet', weights });
};

it.each([
  ['wide', 96, 40, { x: 48, y: 0, w: 32, h: 16 }],
  ['tall', 40, 96, { x: 0, y: 48, w: 16, h: 32 }],
])('runs a model of another size at the aspect ratio of a %s frame', async (_, width, height, box) => {
  const white = { width: 32, height: 32, channels: 3, background: 'white' } as const;
  const at = width > height ? { left: 64, top: 0 } : { left: 0, top: 64 };
  const jpeg = await sharp({ create: { width, height, channels: 3, background: 'black' } })
    .composite([{ input: await sharp({ create: white }).png().toBuffer(), ...at }])
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const detector = await load(makeYunet(128));
  const { detections } = await detector.detect(validateJpeg(jpeg));
  expect(detections).toEqual([{ ...box, score: 1, points: Array(5).fill([at.left, at.top]) }]);
  await detector.close();
});

it('refuses weights with the size of their input written into the graph elsewhere', async () => {
  await expect(load(makeYunet(128, true))).rejects.toThrow('it runs at 128x128 only');
});
