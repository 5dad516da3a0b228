import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Detection } from '@framewire/contract';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrameError } from '../jpeg/failure.ts';
import { validateJpeg } from '../jpeg/valid-jpeg.ts';
import { type Box, drawScene, FACES } from '../testing/scene.ts';
import { createDetector } from './create.ts';
import type { Detector, DetectorSpec } from './detector.ts';
import { hasNativeOpenCv } from './haar-native.ts';
import { overlap } from './suppress.ts';

const { FRAMEWIRE_MODELS: MODELS, FRAMEWIRE_IMAGES: IMAGES } = process.env;
const yunet = (file: string): DetectorSpec => ({ kind: 'yunet', weights: join(MODELS ?? '', file) });

const noModels = !MODELS && 'FRAMEWIRE_MODELS names no folder with weights';

/** `photographs`: how many of the 18 faces in them it must find. */
const DETECTORS: { name: string; spec: DetectorSpec; photographs: number; skip?: string | false }[] = [
  { name: 'haar_frontalface_default', spec: { kind: 'haar', native: false }, photographs: 14 },
  {
    name: 'haar_frontalface_default',
    spec: { kind: 'haar', native: true },
    photographs: 14,
    skip: !hasNativeOpenCv() && '@u4/opencv4nodejs is not compiled',
  },
  { name: 'yunet_n_320', spec: yunet('yunet_n_320_320.onnx'), photographs: 18, skip: noModels },
  { name: 'yunet_n_640', spec: yunet('yunet_n_640_640.onnx'), photographs: 18, skip: noModels },
  { name: 'yunet_s_320', spec: yunet('yunet_s_320_320.onnx'), photographs: 18, skip: noModels },
];

const MAX_PIXELS = 20_000_000;

for (const { name, spec, photographs, skip } of DETECTORS) {
  describe.skipIf(skip)(
    `${name}${'native' in spec && spec.native ? ', native' : ''}${skip ? ` (skipped: ${skip})` : ''}`,
    () => {
      let detector: Detector;
      let scene: Buffer;
      let empty: Buffer;

      beforeAll(async () => {
        detector = await createDetector(spec);
        scene = await drawScene().jpeg({ quality: 90 }).toBuffer();
        empty = await drawScene({ faces: [] }).jpeg().toBuffer();
      });
      afterAll(() => detector?.close());

      const detect = async (jpeg: Uint8Array) => detector.detect(validateJpeg(jpeg, MAX_PIXELS));
      const failureOf = (jpeg: Uint8Array) =>
        detect(jpeg).then(
          () => 'none',
          (error: FrameError) => error.failure,
        );

      it('finds each drawn face at its place', async () => {
        const { detections, image } = await detect(scene);
        expect(detector.name).toBe(name);
        expect(image).toEqual({ width: 640, height: 480 });
        expectFaces(detections, FACES);
      });

      it('finds nothing where there is nothing, whatever came before', async () => {
        await detect(scene);
        expect((await detect(empty)).detections).toEqual([]);
      });

      it('gives the same boxes for the same frame, whatever came between', async () => {
        const first = await detect(scene);
        await detect(
          await drawScene({ faces: FACES.slice(1), scale: 0.5 })
            .jpeg()
            .toBuffer(),
        );
        expect((await detect(scene)).detections).toEqual(first.detections);
      });

      it.each([0.5, 1.5, 6])('gives boxes in pixels of the full frame (%s times the size)', async (scale) => {
        const { detections, image } = await detect(await drawScene({ scale }).jpeg().toBuffer());
        expect(image).toEqual({ width: 640 * scale, height: 480 * scale });
        expectFaces(
          detections,
          FACES.map(({ x, y, w, h }) => ({ x: x * scale, y: y * scale, w: w * scale, h: h * scale })),
        );
      });

      it.each([
        ['wide', 640, 360],
        ['very wide', 640, 200],
        ['tall', 300, 640],
      ])('finds faces at the edges of a frame that is %s', async (_, width, height) => {
        const frame = { left: 60, top: 100, width: 200, height: 180 };
        const face = { x: 30, y: 20, w: 120, h: 136 };
        const cut = await drawScene().extract(frame).raw().toBuffer();
        const right = width - frame.width;
        const bottom = height - frame.height;
        const jpeg = await sharp({ create: { width, height, channels: 3, background: '#7a8b99' } })
          .composite([{ input: cut, raw: { ...frame, channels: 3 }, left: right, top: bottom }])
          .jpeg({ quality: 90 })
          .toBuffer();
        expectFaces((await detect(jpeg)).detections, [{ ...face, x: face.x + right, y: face.y + bottom }]);
      });

      it.each([
        ['grey', () => drawScene().greyscale().jpeg()],
        ['CMYK', () => drawScene().toColourspace('cmyk').jpeg()],
        ['progressive', () => drawScene().jpeg({ progressive: true })],
        ['without chroma subsampling', () => drawScene().jpeg({ chromaSubsampling: '4:4:4' })],
      ])('reads a JPEG that is %s', async (_, draw) => {
        expectFaces((await detect(await draw().toBuffer())).detections, FACES);
      });

      it.each([
        [6, 270],
        [3, 180],
        [8, 90],
      ])('applies EXIF orientation %i, as a browser does', async (orientation, turn) => {
        const stored = await drawScene().rotate(turn).withMetadata({ orientation }).jpeg().toBuffer();
        const { detections, image } = await detect(stored);
        expect(image).toEqual({ width: 640, height: 480 });
        expectFaces(detections, FACES);
      });

      it('refuses a truncated JPEG, and keeps nothing of the one before it', async () => {
        await detect(scene);
        const half = scene.subarray(0, scene.length / 2);
        expect(await failureOf(half)).toBe('damaged');
        expect(await failureOf(Buffer.concat([half, Buffer.from([0xff, 0xd9])])), 'with an end marker put on').toBe(
          'damaged',
        );
        expect((await detect(empty)).detections).toEqual([]);
      });

      it('refuses what is not a JPEG, and one that claims too many pixels', async () => {
        expect(await failureOf(new Uint8Array())).toBe('empty');
        expect(await failureOf(Buffer.from('no picture'))).toBe('not_jpeg');
        expect(await failureOf(await drawScene().png().toBuffer())).toBe('not_jpeg');
        expect(await failureOf(claiming(scene, 65_500))).toBe('too_many_pixels');
        expect(await failureOf(claiming(scene, 4_000))).toBe('damaged');
      });

      it.each([
        [1, 1],
        [8, 3000],
        [3000, 1],
      ])('accepts a frame of any shape (%ix%i)', async (width, height) => {
        const jpeg = await sharp({ create: { width, height, channels: 3, background: '#777' } })
          .jpeg()
          .toBuffer();
        expect(await detect(jpeg)).toMatchObject({ detections: [], image: { width, height } });
      });

      it('reports what the work cost', async () => {
        const { stages } = await detect(scene);
        expect(stages).toMatchObject({ decode: expect.any(Number), detect: expect.any(Number) });
        if (process.platform !== 'linux') return;
        expect(stages.cpu).toBeGreaterThan(0);
        expect(stages.run_queue).toBeGreaterThanOrEqual(0);
        expect(stages.minor_faults).toBeGreaterThanOrEqual(0);
        expect(stages.major_faults).toBeGreaterThanOrEqual(0);
      });

      it.skipIf(!IMAGES)(`finds ${photographs} of the 18 faces in the photographs of FRAMEWIRE_IMAGES`, async () => {
        let found = 0;
        for (const { file, faces } of readTruth(IMAGES!)) {
          const { detections } = await detect(readFileSync(join(IMAGES!, file)));
          found += faces.filter((face) => detections.some((box) => overlap(box, face) > 0.3)).length;
        }
        expect(found).toBeGreaterThanOrEqual(photographs);
      });
    },
  );
}

it('refuses weights that are none', async () => {
  const weights = join(import.meta.dirname, 'detectors.test.ts');
  await expect(createDetector({ kind: 'yunet', weights })).rejects.toThrow();
});

function expectFaces(found: Detection[], truth: Box[]): void {
  expect(found).toHaveLength(truth.length);
  for (const face of truth) expect(Math.max(...found.map((box) => overlap(box, face)))).toBeGreaterThan(0.5);
}

/** The same JPEG with a header that claims `side` x `side` pixels. */
function claiming(jpeg: Buffer, side: number): Buffer {
  const claim = Buffer.from(jpeg);
  const at = claim.indexOf(Buffer.from([0xff, 0xc0]));
  claim.writeUInt16BE(side, at + 5);
  claim.writeUInt16BE(side, at + 7);
  return claim;
}

function readTruth(folder: string): { file: string; faces: Box[] }[] {
  const xml = readFileSync(join(folder, 'training.xml'), 'latin1');
  return [...xml.matchAll(/<image file='([^']+)'[^>]*>(.*?)<\/image>/gs)].map(([, file, boxes]) => ({
    file: file!,
    faces: [...boxes!.matchAll(/top='(\d+)' left='(\d+)' width='(\d+)' height='(\d+)'/g)].map(([, y, x, w, h]) => ({
      x: Number(x),
      y: Number(y),
      w: Number(w),
      h: Number(h),
    })),
  }));
}
