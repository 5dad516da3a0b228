import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** How to read the rows of an output: `n` boxes, `c` classes, all in pixels of the input. */
export const LAYOUTS = ['yolov5', 'yolov8', 'end-to-end'] as const;

/** A JSON file beside the weights describes what ONNX does not. */
const description = z.strictObject({
  /** Its name in every result. */
  name: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/),
  /** The file, in the same folder. */
  weights: z.string().min(1),
  input: z.strictObject({
    /** Pixels: the frame is shrunk into the top left corner of a square of this side. */
    side: z.int().min(8).max(4096),
    channels: z.enum(['rgb', 'bgr']).default('rgb'),
    /** Planes one after the other, or pixels. */
    order: z.enum(['nchw', 'nhwc']).default('nchw'),
    /** What 0 to 255 is multiplied by. */
    scale: z
      .number()
      .positive()
      .default(1 / 255),
    /** 0 to 255, outside the frame. */
    padding: z.int().min(0).max(255).default(114),
  }),
  /**
   * `yolov5` (also 7): `[1, n, 5 + c]` of centre, size, objectness, a score for each class; `yolov8` (also 9, 11):
   * `[1, 4 + c, n]` of centre, size, scores; `end-to-end` (10, or with suppression exported): `[1, n, 6]` of corners, score, class.
   */
  layout: z.enum(LAYOUTS),
  classes: z.array(z.string().min(1)).min(1),
  minScore: z.number().min(0).max(1).default(0.25),
  /** Intersection over union above which of two boxes of one class the better stays. */
  maxOverlap: z.number().min(0).max(1).default(0.45),
});
export type Description = z.infer<typeof description>;

/** @throws ZodError where it is none. */
export const parseDescription = (value: unknown): Description => description.parse(value);

/** @throws Error in one line: the file, and what is wrong with it. */
export function readDescription(file: string): Description {
  try {
    const read = parseDescription(JSON.parse(readFileSync(file, 'utf8')));
    return { ...read, weights: join(dirname(file), read.weights) };
  } catch (error) {
    const problem =
      error instanceof z.ZodError ? z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' ') : (error as Error).message;
    throw new Error(`${file}: ${problem}`);
  }
}
