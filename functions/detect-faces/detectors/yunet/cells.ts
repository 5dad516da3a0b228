import type { Detection } from '@framewire/contract';
import type { Tensor } from 'onnxruntime-node';
import { HEADS, mergedName } from './merge-heads.ts';

const MIN_SCORE = 0.6;

/** One value for each cell: that of cell n is `values[n * step + from]`. */
interface Channel {
  values: Float32Array;
  step: number;
  from: number;
}

/** The faces in the cells of one stride: a cell is `stride` pixels wide, and its values are in units of its width. */
export function readCells(outputs: Record<string, Tensor>, stride: number, columns: number): Detection[] {
  const merged = outputs[mergedName(stride)]?.data as Float32Array | undefined;
  const channels = merged ? planes(merged) : interleaved(outputs, stride);
  const toProbability = merged ? sigmoid : clamp;
  // the root of cls times obj is no more than the root of the lower of them
  const least = merged ? logit(MIN_SCORE ** 2) : MIN_SCORE ** 2;
  const [cls, obj, x, y, w, h, ...points] = channels;
  const at = ({ values, step, from }: Channel, cell: number) => values[cell * step + from]!;
  const found: Detection[] = [];
  for (let cell = 0, cells = cls!.values.length / (merged ? channels.length : 1); cell < cells; cell++) {
    if (at(cls!, cell) < least || at(obj!, cell) < least) continue;
    const score = Math.sqrt(toProbability(at(cls!, cell)) * toProbability(at(obj!, cell)));
    if (score < MIN_SCORE) continue;
    const column = cell % columns;
    const row = Math.floor(cell / columns);
    const width = Math.exp(at(w!, cell)) * stride;
    const height = Math.exp(at(h!, cell)) * stride;
    found.push({
      x: (column + at(x!, cell)) * stride - width / 2,
      y: (row + at(y!, cell)) * stride - height / 2,
      w: width,
      h: height,
      score: Math.round(score * 1000) / 1000,
      points: Array.from({ length: points.length / 2 }, (_, k): [number, number] => [
        (column + at(points[2 * k]!, cell)) * stride,
        (row + at(points[2 * k + 1]!, cell)) * stride,
      ]),
    });
  }
  return found;
}

function planes(values: Float32Array): Channel[] {
  const channels = Object.values(HEADS).reduce((a, b) => a + b);
  return Array.from({ length: channels }, (_, n) => ({ values, step: 1, from: (n * values.length) / channels }));
}

const interleaved = (outputs: Record<string, Tensor>, stride: number): Channel[] =>
  Object.entries(HEADS).flatMap(([name, step]) => {
    const values = outputs[`${name}_${stride}`]!.data as Float32Array;
    return Array.from({ length: step }, (_, from) => ({ values, step, from }));
  });

const clamp = (n: number) => Math.min(Math.max(n, 0), 1);
const sigmoid = (n: number) => 1 / (1 + Math.exp(-n));
const logit = (p: number) => Math.log(p / (1 - p));
