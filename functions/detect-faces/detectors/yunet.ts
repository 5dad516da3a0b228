import { basename } from 'node:path';
import type { Detection } from '@framewire/contract';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Picture } from '../jpeg/raster.ts';
import type { Model } from './detector.ts';
import { suppress } from './suppress.ts';

const MIN_SCORE = 0.6;
const MAX_OVERLAP = 0.3;
const STRIDES = [8, 16, 32];

/**
 * YuNet by ONNX Runtime, one thread: `run` computes on the thread that calls it.
 * The frame is shrunk to the model's square with its aspect ratio kept, in the top left corner on black.
 * @throws Error if the file does not exist or is not a YuNet.
 */
export async function loadYunet(weights: string): Promise<Model> {
  const ort = await import('onnxruntime-node');
  const session = await ort.InferenceSession.create(weights, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
  });
  const side = inputSide(session);
  const input = new Float32Array(3 * side * side);
  const feeds = { [session.inputNames[0]!]: new ort.Tensor('float32', input, [1, 3, side, side]) };

  return {
    name: nameOf(weights),
    input: { colour: 'rgb', maxSide: side },
    async find(picture) {
      toPlanes(picture, input, side);
      const outputs = await session.run(feeds);
      return suppress(
        STRIDES.flatMap((stride) => readCells(outputs, stride, side)),
        MAX_OVERLAP,
      );
    },
    close: () => session.release(),
  };
}

/** The model was exported for one input size. @throws Error if it is not of this family. */
function inputSide(session: InferenceSession): number {
  const input = session.inputMetadata[0];
  const shape = input?.isTensor ? input.shape : [];
  const outputs = STRIDES.flatMap((stride) => ['cls', 'obj', 'bbox', 'kps'].map((name) => `${name}_${stride}`));
  const [, channels, height, width] = shape;
  if (channels !== 3 || height !== width || typeof width !== 'number' || width % 32 !== 0) {
    throw new Error(`not a YuNet: its input is ${JSON.stringify(shape)}, not [1, 3, side, side]`);
  }
  const missing = outputs.filter((name) => !session.outputNames.includes(name));
  if (missing.length) throw new Error(`not a YuNet: it has no output ${missing.join(', ')}`);
  return width;
}

/** `yunet_n_320_320.onnx` -> `yunet_n_320`. */
const nameOf = (weights: string) => basename(weights, '.onnx').replace(/_(\d+)_\1$/, '_$1');

/** Planes of blue, green and red, 0 to 255; black outside the frame, so that nothing of the last one remains. */
function toPlanes({ pixels, width, height }: Picture, planes: Float32Array, side: number): void {
  planes.fill(0);
  const plane = side * side;
  for (let row = 0, from = 0; row < height; row++) {
    for (let to = row * side, end = to + width; to < end; to++, from += 3) {
      planes[to] = pixels[from + 2]!;
      planes[plane + to] = pixels[from + 1]!;
      planes[2 * plane + to] = pixels[from]!;
    }
  }
}

/** The faces in the cells of one stride: a cell is `stride` pixels wide, and its values are in units of its width. */
function readCells(outputs: Record<string, Tensor>, stride: number, side: number): Detection[] {
  const values = (name: string) => outputs[`${name}_${stride}`]!.data as Float32Array;
  const [cls, obj, bbox, kps] = [values('cls'), values('obj'), values('bbox'), values('kps')];
  const columns = side / stride;
  const found: Detection[] = [];
  for (let cell = 0; cell < cls.length; cell++) {
    const score = Math.sqrt(clamp(cls[cell]!) * clamp(obj[cell]!));
    if (score < MIN_SCORE) continue;
    const column = cell % columns;
    const row = Math.floor(cell / columns);
    const w = Math.exp(bbox[cell * 4 + 2]!) * stride;
    const h = Math.exp(bbox[cell * 4 + 3]!) * stride;
    const points = Array.from({ length: 5 }, (_, k): [number, number] => [
      (column + kps[cell * 10 + 2 * k]!) * stride,
      (row + kps[cell * 10 + 2 * k + 1]!) * stride,
    ]);
    const x = (column + bbox[cell * 4]!) * stride - w / 2;
    const y = (row + bbox[cell * 4 + 1]!) * stride - h / 2;
    found.push({ x, y, w, h, score: Math.round(score * 1000) / 1000, points });
  }
  return found;
}

const clamp = (n: number) => Math.min(Math.max(n, 0), 1);
