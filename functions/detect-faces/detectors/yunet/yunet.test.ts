import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Detection } from '@framewire/contract';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validateJpeg } from '../../jpeg/valid-jpeg.ts';
import { drawScene, FACES } from '../../testing/scene.ts';
import { makeYunet } from '../../testing/tiny-onnx.ts';
import { createDetector } from '../create.ts';
import type { Detector } from '../detector.ts';
import { readNode } from './graph-node.ts';
import { mergeHeads } from './merge-heads.ts';
import { GRAPH, MODEL, node } from './onnx.ts';
import { openInput } from './open-input.ts';
import { changeFields, encode, readFields } from './protobuf.ts';

const { FRAMEWIRE_MODELS: MODELS, FRAMEWIRE_IMAGES: IMAGES } = process.env;

let folder: string;
const loaded: Detector[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-yunet-'));
});
afterEach(async () => {
  for (const detector of loaded.splice(0)) await detector.close();
  rmSync(folder, { recursive: true });
});

async function load(model: Uint8Array): Promise<Detector> {
  const weights = join(folder, 'yunet.onnx');
  writeFileSync(weights, model);
  const detector = await createDetector({ kind: 'yunet', weights });
  loaded.push(detector);
  return detector;
}

/** The same model, written otherwise than PyTorch does: the attributes of each node in another order. */
const unmergeable = (model: Uint8Array) =>
  changeFields(model, MODEL.graph, (graph) =>
    changeFields(graph, GRAPH.node, (one) => {
      const attributes = readFields(one, 5).map((bytes) => encode([[5, bytes]]));
      return Buffer.concat([changeFields(one, 5, () => undefined), ...attributes.reverse()]);
    }),
  );

describe.each([
  ['merged', (model: Buffer) => model],
  ['as they are', unmergeable],
])('a model of another size, its heads %s', (heads, written) => {
  it.each([
    ['wide', 96, 40, { left: 64, top: 0 }],
    ['tall', 40, 96, { left: 0, top: 64 }],
  ])('runs at the aspect ratio of a %s frame', async (_, width, height, { left, top }) => {
    const white = { width: 32, height: 32, channels: 3, background: 'white' } as const;
    const jpeg = await sharp({ create: { width, height, channels: 3, background: 'black' } })
      .composite([{ input: await sharp({ create: white }).png().toBuffer(), left, top }])
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const model = written(makeYunet(128));
    expect(mergeHeads(model) !== undefined).toBe(heads === 'merged');
    const { detections } = await (await load(model)).detect(validateJpeg(jpeg));
    const tenths = (n: number) => Math.round(10 * n) / 10;
    const points = [0, 0.2, 0.4, 0.6, 0.8].map((at) => [tenths(left + at * 32), tenths(top + (at + 0.1) * 32)]);
    expect(detections).toEqual([{ x: left, y: top, w: 32, h: 32, score: 1, points }]);
  });
});

it('refuses weights with the size of their input written into the graph elsewhere', async () => {
  await expect(load(makeYunet(128, true))).rejects.toThrow('it runs at 128x128 only');
});

it('merges no heads that another node reads', () => {
  const model = makeYunet(128);
  const reader = encode([node('Identity', ['kps_8_pointwise'], 'read')]);
  expect(mergeHeads(changeFields(model, MODEL.graph, (graph) => Buffer.concat([graph, reader])))).toBeUndefined();
});

/** The operator that reads the pixels first. */
function firstOperator(model: Uint8Array): string | undefined {
  const [graph] = readFields(openInput(model, 'input'), MODEL.graph);
  const nodes = readFields(graph!, GRAPH.node).map(readNode);
  return nodes.find(({ inputs }) => inputs.includes('framewire_pixels'))?.operator;
}

const noModels = MODELS ? '' : ' (skipped: FRAMEWIRE_MODELS names no folder with weights)';
describe.skipIf(!MODELS)(`rewritten graphs${noModels}`, () => {
  it.each(['yunet_n_320_320.onnx', 'yunet_n_640_640.onnx', 'yunet_s_320_320.onnx'])(
    'find the same faces as that of %s',
    async (file) => {
      const original = readFileSync(join(MODELS!, file));
      expect(mergeHeads(original)).toBeDefined();
      expect(mergeHeads(unmergeable(original))).toBeUndefined();
      // the first convolution reads rows of pixels as they are; where it is not known, planes are made of them
      expect([firstOperator(original), firstOperator(unmergeable(original))]).toEqual(['Cast', 'Transpose']);
      const merged = await load(original);
      const plain = await load(unmergeable(original));
      let faces = 0;
      for (const jpeg of await frames()) {
        const valid = validateJpeg(jpeg);
        const found = (await merged.detect(valid)).detections;
        const expected = (await plain.detect(valid)).detections;
        expect(found).toHaveLength(expected.length);
        faces += found.length;
        for (const face of expected) expect(found.some((other) => isSame(face, other))).toBe(true);
      }
      expect(faces).toBeGreaterThan(10);
    },
  );
});

/** Drawn scenes, and the photographs where there are any, whole and shrunk. */
async function frames(): Promise<Buffer[]> {
  const drawn = [0.5, 1, 1.5].map((scale) => drawScene({ scale }).jpeg().toBuffer());
  const photographs = IMAGES ? readdirSync(IMAGES).filter((file) => file.endsWith('.jpg')) : [];
  const shrunk = photographs.flatMap((file) =>
    [100, 200, 300, 500].map((width) => sharp(join(IMAGES!, file)).resize(width).jpeg().toBuffer()),
  );
  return Promise.all([
    ...drawn,
    drawScene({ faces: FACES.slice(1) })
      .jpeg()
      .toBuffer(),
    ...shrunk,
  ]);
}

/** Within what rounding to tenths of a pixel and thousandths of a score makes of sums in another order. */
function isSame(a: Detection, b: Detection): boolean {
  const values = ({ x, y, w, h, points }: Detection) => [x, y, w, h, ...points!.flat()];
  const others = values(b);
  return Math.abs(a.score! - b.score!) < 0.0021 && values(a).every((one, n) => Math.abs(one - others[n]!) < 0.11);
}
