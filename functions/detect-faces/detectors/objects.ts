import type { Detection } from '@framewire/contract';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Picture } from '../jpeg/raster.ts';
import { type Description, readDescription } from './description.ts';
import type { Model } from './detector.ts';
import { describeExported } from './exported.ts';
import type { Sessions } from './sessions.ts';
import { suppress } from './suppress.ts';

/**
 * Any detector of the YOLO family by ONNX Runtime. `file` is the model with what its exporter wrote into it, or a description of one.
 * @throws Error when the description is wrong, or the weights are not what it says.
 */
export async function loadObjects(file: string, sessions: Sessions): Promise<Model> {
  const read = file.endsWith('.json') ? readDescription(file) : undefined;
  const session = await sessions.open(read?.weights ?? file);
  const described = read ?? describeExported(file, session);
  const { side, order } = described.input;
  const ort = await import('onnxruntime-node');
  const shape = order === 'nchw' ? [1, 3, side, side] : [1, side, side, 3];
  checkInput(session, shape);
  const input = new Float32Array(3 * side * side);
  const feeds = { [session.inputNames[0]!]: new ort.Tensor('float32', input, shape) };

  return {
    name: described.name,
    input: { colour: described.input.channels, maxSide: side },
    async find(picture) {
      fill(input, picture, described.input);
      const outputs = await session.run(feeds);
      const found = readRows(outputs[session.outputNames[0]!]!, described);
      return [...new Set(found.map(({ label }) => label))]
        .flatMap((label) =>
          suppress(
            found.filter((each) => each.label === label),
            described.maxOverlap,
          ),
        )
        .sort((a, b) => b.score! - a.score!);
    },
    close: () => session.release(),
  };
}

function checkInput(session: InferenceSession, wanted: number[]): void {
  const input = session.inputMetadata[0];
  const shape = input?.isTensor ? input.shape : [];
  if (input?.isTensor && input.type !== 'float32')
    throw new Error(`the weights take ${input.type}, not float32: export them without half precision`);
  // a size that is a name is open: the model takes any
  const fits =
    shape.length === 4 && shape.every((size, i) => typeof size !== 'number' || size < 0 || size === wanted[i]);
  if (!fits) throw new Error(`the weights take ${JSON.stringify(shape)}, not ${JSON.stringify(wanted)} as described`);
}

/** Pads outside the frame, so that nothing of the last one remains. */
function fill(input: Float32Array, { pixels, width, height }: Picture, options: Description['input']): void {
  const { side, order, scale, padding } = options;
  const [step, plane] = order === 'nchw' ? [1, side * side] : [3, 1];
  input.fill(padding * scale);
  for (let row = 0, from = 0; row < height; row++) {
    for (let column = 0, to = row * side * step; column < width; column++, to += step, from += 3) {
      input[to] = pixels[from]! * scale;
      input[to + plane!] = pixels[from + 1]! * scale;
      input[to + 2 * plane!] = pixels[from + 2]! * scale;
    }
  }
}

/** @throws Error when the output is not of the layout that was described. */
function readRows({ data, dims }: Tensor, { layout, classes, minScore }: Description): Detection[] {
  const width = { yolov5: 5 + classes.length, yolov8: 4 + classes.length, 'end-to-end': 6 }[layout];
  const [count, columns] = layout === 'yolov8' ? [dims[2]!, dims[1]!] : [dims[1]!, dims[2]!];
  if (dims.length !== 3 || columns !== width)
    throw new Error(`the output is ${JSON.stringify(dims)}: no ${layout} with ${classes.length} classes`);
  const values = data as Float32Array;
  const at =
    layout === 'yolov8'
      ? (row: number, i: number) => values[i * count + row]!
      : (row: number, i: number) => values[row * width + i]!;
  const first = width - classes.length;

  const found: Detection[] = [];
  for (let row = 0; row < count; row++) {
    let [best, score] = [0, 0];
    if (layout === 'end-to-end') [score, best] = [at(row, 4), at(row, 5)];
    else {
      for (let i = 0; i < classes.length; i++) {
        const each = at(row, first + i) * (layout === 'yolov5' ? at(row, 4) : 1);
        if (each > score) [best, score] = [i, each];
      }
    }
    if (!(score >= minScore) || score === 0) continue;
    const [a, b, c, d] = [at(row, 0), at(row, 1), at(row, 2), at(row, 3)];
    const box =
      layout === 'end-to-end' ? { x: a, y: b, w: c - a, h: d - b } : { x: a - c / 2, y: b - d / 2, w: c, h: d };
    found.push({
      ...box,
      score: Math.min(1, Math.round(score * 1000) / 1000),
      label: classes[best] ?? `class ${best}`,
    });
  }
  return found;
}
