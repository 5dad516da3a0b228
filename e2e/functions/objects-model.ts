import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeModel } from '../../functions/detect-faces/testing/tiny-onnx.ts';

const SIDE = 64;
/** A person and a dog, wherever it is not dark, as YOLO 8 answers: centre, size, a score for each class. */
const ROWS = [
  [20, 45],
  [20, 40],
  [20, 10],
  [20, 12],
  [0.9, 0.1],
  [0.1, 0.8],
].flat();
const NAMES = { names: "{0: 'person', 1: 'dog'}" };

/** Writes the model that `stack.objects.yml` looks for. @param layers that make a frame take longer. */
export const writeObjectsModel = (folder: string, layers = 0): void =>
  writeFileSync(
    join(folder, 'objects.onnx'),
    makeModel([1, 3, SIDE, SIDE], ROWS, [1, 6, 2], { metadata: NAMES, layers }),
  );
