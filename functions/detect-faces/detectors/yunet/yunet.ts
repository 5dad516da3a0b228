import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { Picture } from '../../jpeg/raster.ts';
import type { Model } from '../detector.ts';
import type { Sessions } from '../sessions.ts';
import { suppress } from '../suppress.ts';
import { readCells } from './cells.ts';
import { HEADS, mergeHeads, STRIDES } from './merge-heads.ts';
import { openInput } from './open-input.ts';

const MAX_OVERLAP = 0.3;

/** All strides divide what goes in. */
const GRAIN = 32;

/**
 * YuNet by ONNX Runtime.
 * The frame is shrunk to the side that the model was exported for, with its aspect ratio kept, and padded with black to the next multiple
 * of 32 pixels on the right and below: decoding and detecting a frame of 640x480 takes 14 % less CPU than with black to a square and
 * planes filled by JavaScript, 22 % less with one of 1280x720. Of 1756 faces, most of them small, it finds 1462;
 * with a square it found 1449.
 * @throws Error if the file does not exist or is not a YuNet.
 */
export async function loadYunet(weights: string, sessions: Sessions): Promise<Model> {
  const ort = await import('onnxruntime-node');
  const exported = await ort.InferenceSession.create(weights, {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  });
  const side = inputSide(exported);
  const name = exported.inputNames[0]!;
  await exported.release();
  const original = readFileSync(weights);
  const session = await sessions.open(openInput(mergeHeads(original) ?? original, name));
  const input = new Uint8Array(3 * side * side);

  const run = (pixels: Uint8Array, width: number, height: number) =>
    session.run({ [session.inputNames[0]!]: new ort.Tensor('uint8', pixels, [1, 1, height, 3 * width]) });
  // a graph with its size written into it elsewhere fails here, not at the first frame
  await run(input.subarray(0, 3 * side * GRAIN), side, GRAIN).catch(async (cause) => {
    await session.release();
    throw new Error(`${weights} cannot be used: it runs at ${side}x${side} only`, { cause });
  });

  return {
    name: nameOf(weights),
    input: { colour: 'bgr', maxSide: side },
    async find(picture) {
      const [width, height] = [toGrain(picture.width), toGrain(picture.height)];
      const pixels = input.subarray(0, 3 * width * height);
      pad(picture, pixels, width);
      const outputs = await run(pixels, width, height);
      return suppress(
        STRIDES.flatMap((stride) => readCells(outputs, stride, width / stride)),
        MAX_OVERLAP,
      );
    },
    close: () => session.release(),
  };
}

const toGrain = (pixels: number) => Math.ceil(pixels / GRAIN) * GRAIN;

/** The size that the model was exported for. @throws Error if it is not of this family. */
function inputSide(session: InferenceSession): number {
  const input = session.inputMetadata[0];
  const shape = input?.isTensor ? input.shape : [];
  const outputs = STRIDES.flatMap((stride) => Object.keys(HEADS).map((name) => `${name}_${stride}`));
  const [, channels, height, width] = shape;
  if (channels !== 3 || height !== width || typeof width !== 'number' || width % GRAIN !== 0) {
    throw new Error(`not a YuNet: its input is ${JSON.stringify(shape)}, not [1, 3, side, side]`);
  }
  const missing = outputs.filter((name) => !session.outputNames.includes(name));
  if (missing.length) throw new Error(`not a YuNet: it has no output ${missing.join(', ')}`);
  return width;
}

/** `yunet_n_320_320.onnx` -> `yunet_n_320`. */
const nameOf = (weights: string) => basename(weights, '.onnx').replace(/_(\d+)_\1$/, '_$1');

/** Into rows of `width` pixels; black outside the frame, so that nothing of the last one remains. */
function pad({ pixels, width: wide, height }: Picture, to: Uint8Array, width: number): void {
  to.fill(0);
  for (let row = 0; row < height; row++) to.set(pixels.subarray(3 * wide * row, 3 * wide * (row + 1)), 3 * width * row);
}
