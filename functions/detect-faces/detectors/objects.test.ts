import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validateJpeg } from '../jpeg/valid-jpeg.ts';
import { makeModel } from '../testing/tiny-onnx.ts';
import { createDetector } from './create.ts';
import type { Detector } from './detector.ts';

const SIDE = 64;
const classes = ['person', 'dog'];

let folder: string;
let detector: Detector | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framewire-objects-'));
});
afterEach(async () => {
  await detector?.close();
  detector = undefined;
  rmSync(folder, { recursive: true });
});

const transpose = (rows: number[][]) => rows[0]!.flatMap((_, i) => rows.map((row) => row[i]!));
/** Two that overlap, the second the better; a dog in the same place; one below the threshold. All in pixels of the input. */
const LAYOUTS = {
  yolov8: {
    rows: transpose([
      [20, 20, 20, 20, 0.7, 0.1],
      [21, 20, 20, 20, 0.9, 0.1],
      [20, 21, 20, 20, 0.1, 0.8],
      [50, 10, 10, 10, 0.2, 0],
    ]),
    dims: [1, 6, 4],
  },
  yolov5: {
    rows: [
      [20, 20, 20, 20, 1, 0.7, 0.1],
      [21, 20, 20, 20, 0.9, 1, 0.1],
      [20, 21, 20, 20, 0.8, 0.1, 1],
      [50, 10, 10, 10, 0.2, 1, 0],
    ].flat(),
    dims: [1, 4, 7],
  },
  'end-to-end': {
    rows: [
      [11, 10, 31, 30, 0.9, 0],
      [10, 11, 30, 31, 0.8, 1],
      [45, 5, 55, 15, 0.2, 0],
    ].flat(),
    dims: [1, 3, 6],
  },
};

async function load(layout: keyof typeof LAYOUTS, input = {}, changes = {}): Promise<Detector> {
  const { rows, dims } = LAYOUTS[layout];
  const shape = 'order' in input ? [1, SIDE, SIDE, 3] : [1, 3, SIDE, SIDE];
  writeFileSync(join(folder, 'tiny.onnx'), makeModel(shape, rows, dims));
  const description = {
    name: 'tiny',
    weights: 'tiny.onnx',
    input: { side: SIDE, padding: 0, ...input },
    layout,
    classes,
    ...changes,
  };
  writeFileSync(join(folder, 'tiny.json'), JSON.stringify(description));
  detector = await createDetector({ kind: 'objects', model: join(folder, 'tiny.json') });
  return detector;
}

const draw = async (background: string, width = 128, height = 96) =>
  validateJpeg(
    await sharp({ create: { width, height, channels: 3, background } })
      .jpeg()
      .toBuffer(),
  );

describe.each(Object.keys(LAYOUTS) as (keyof typeof LAYOUTS)[])('objects by a model of the layout %s', (layout) => {
  it('have boxes in pixels of the full frame, a score and a label; the best of each class stays', async () => {
    const { detections, image } = await (await load(layout)).detect(await draw('white'));
    expect(image).toEqual({ width: 128, height: 96 });
    expect(detections).toEqual([
      { x: 22, y: 20, w: 40, h: 40, score: 0.9, label: 'person' },
      { x: 20, y: 22, w: 40, h: 40, score: 0.8, label: 'dog' },
    ]);
  });

  it('are not there when there is nothing, whatever came before', async () => {
    const model = await load(layout);
    await model.detect(await draw('white'));
    expect((await model.detect(await draw('black', 64, 32))).detections).toEqual([]);
  });
});

describe('a description', () => {
  it('says how pixels go in', async () => {
    const half = { order: 'nhwc', channels: 'bgr', scale: 1 / 510 };
    const { detections } = await (await load('yolov8', half)).detect(await draw('white'));
    expect(detections).toMatchObject([{ x: 11, score: 0.45 }, { score: 0.4 }]);
  });

  it('is refused in one line that names the file and what is wrong', async () => {
    await expect(load('yolov8', { side: 'big' })).rejects.toThrow(/tiny\.json: .*input\.side$/);
    await expect(load('yolov8', {}, { layout: 'yolov1' })).rejects.toThrow(/tiny\.json: .*layout$/);
    await expect(load('yolov8', {}, { weights: 'other.onnx' })).rejects.toThrow('other.onnx');
    await expect(load('yolov8', { side: 32 })).rejects.toThrow('the weights take [1,3,64,64], not [1,3,32,32]');
  });

  it('that does not fit the output is found at the first picture', async () => {
    const model = await load('yolov8', {}, { classes: ['person'] });
    await expect(model.detect(await draw('white'))).rejects.toThrow('no yolov8 with 1 classes');
  });
});

describe('a model as its exporter leaves it', () => {
  const NAMES = `{0: 'person', 1: "a dog's bed"}`;
  const open = async (layout: keyof typeof LAYOUTS, metadata: Record<string, string>, side = [SIDE, SIDE]) => {
    const { rows, dims } = LAYOUTS[layout];
    writeFileSync(join(folder, 'yolo11n.onnx'), makeModel([1, 3, ...side], rows, dims, { metadata }));
    detector = await createDetector({ kind: 'objects', model: join(folder, 'yolo11n.onnx') });
    return detector;
  };

  it.each(Object.keys(LAYOUTS) as (keyof typeof LAYOUTS)[])('of the layout %s needs no description', async (layout) => {
    const model = await open(layout, { task: 'detect', names: NAMES });
    expect(model.name).toBe('yolo11n');
    expect((await model.detect(await draw('white'))).detections).toMatchObject([
      { score: 0.9, label: 'person' },
      { score: 0.8, label: "a dog's bed" },
    ]);
  });

  it('is refused in one line where it says too little', async () => {
    await expect(open('yolov8', {})).rejects.toThrow(/yolo11n\.onnx does not name its classes: .* JSON file/);
    await expect(open('yolov8', { names: "{0: 'person'}" })).rejects.toThrow('answers [1,6,4]: no layout');
    await expect(open('yolov8', { names: NAMES }, [SIDE, 32])).rejects.toThrow('takes [1,3,64,32]: a square');
  });
});
