import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { type Description, parseDescription } from './description.ts';
import { readFields } from './yunet/protobuf.ts';

/** In `onnx.proto3`: a model's metadata, and the key and value of each entry. */
const METADATA = 14;
const [KEY, VALUE] = [1, 2];
/** More rows than a model that suppresses overlaps itself ever answers: such a model answers boxes of six numbers. */
const MAX_SUPPRESSED = 1_000;

/**
 * Describes a model by what `yolo export format=onnx` wrote into it: the names of its classes, and the shapes of its input and output.
 * @param session of the same model
 * @throws Error in one line: the file, and what it does not say.
 */
export function describeExported(file: string, session: InferenceSession): Description {
  const metadata = readMetadata(readFileSync(file));
  const classes = readNames(metadata.get('names') ?? '');
  if (classes.length === 0)
    throw new Error(`${file} does not name its classes: describe it in a JSON file, and name that in OBJECTS_MODEL`);
  const layout = layoutOf(shapeOf(session.outputMetadata[0]), classes.length);
  if (!layout) {
    const dims = JSON.stringify(shapeOf(session.outputMetadata[0]));
    throw new Error(`${file} answers ${dims}: no layout of the YOLO family with ${classes.length} classes`);
  }
  const side = sideOf(shapeOf(session.inputMetadata[0]), metadata.get('imgsz') ?? '');
  if (side === undefined) {
    const dims = JSON.stringify(shapeOf(session.inputMetadata[0]));
    throw new Error(`${file} takes ${dims}: a square of one size is wanted; export it with imgsz=640, for example`);
  }
  return { ...parseDescription({ name: basename(file, '.onnx'), weights: file, input: { side }, layout, classes }) };
}

type Shape = readonly (number | string)[];
const shapeOf = (one: InferenceSession.ValueMetadata | undefined): Shape => (one?.isTensor ? one.shape : []);

function readMetadata(weights: Uint8Array): Map<string, string> {
  const text = (entry: Uint8Array, field: number) => Buffer.from(readFields(entry, field)[0] ?? []).toString();
  return new Map(readFields(weights, METADATA).map((entry) => [text(entry, KEY), text(entry, VALUE)]));
}

/** A dictionary as Python writes it: `{0: 'person', 1: "dog's"}`. */
function readNames(text: string): string[] {
  const entries = text.matchAll(/(\d+):\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g);
  const names: string[] = [];
  for (const [, index, single, double] of entries) names[Number(index)] = single ?? double ?? '';
  return Array.from(names, (name, i) => name || `class ${i}`);
}

function layoutOf([, rows, columns]: Shape, classes: number): Description['layout'] | undefined {
  if (rows === 4 + classes) return 'yolov8';
  if (columns === 6 && (typeof rows !== 'number' || rows <= MAX_SUPPRESSED)) return 'end-to-end';
  return columns === 5 + classes ? 'yolov5' : undefined;
}

/** By its shape; a model of any size says for which it was trained: `[640, 640]`. */
function sideOf([, , height, width]: Shape, trained: string): number | undefined {
  const [tall, wide] = [height, width].map((size, i) =>
    typeof size === 'number' ? size : Number(trained.replaceAll(/[[\]\s]/g, '').split(',')[i]),
  );
  return tall === wide && Number.isInteger(tall) ? tall : undefined;
}
