import type { DetectAnswer, Detection } from '@framewire/contract';
import type { DecodeOptions } from '../jpeg/decode.ts';
import type { Picture } from '../jpeg/raster.ts';
import type { ValidJpeg } from '../jpeg/valid-jpeg.ts';
import type { MissingProvider, Provider } from './sessions.ts';

/**
 * The detector to load: `haar` is built in, by default `native` if OpenCV was compiled; `yunet` needs a file of weights, `objects` a
 * file of a model, or one that describes it.
 */
export type DetectorSpec =
  | { kind: 'haar'; native?: boolean }
  | { kind: 'yunet'; weights: string }
  | { kind: 'objects'; model: string };

/** Finds objects in a decoded frame. To add one, write a file like `haar.ts` and add a line to `create.ts`. */
export interface Model {
  /** Its name in every result. */
  name: string;
  /** How it wants its frames decoded. */
  input: Pick<DecodeOptions, 'colour' | 'maxSide' | 'halves'>;
  /** Bounding boxes in pixels of the given raster; the best first if there are scores. */
  find(picture: Picture): Promise<Detection[]> | Detection[];
  /** Frees memory that the garbage collector does not see. */
  close(): void | Promise<void>;
}

/** JPEG in, detections out. One frame at a time; the same frame gives the same boxes, whatever came before it. */
export interface Detector {
  readonly name: string;
  /** What it runs on, and what was to be tried before that. */
  readonly provider: Provider;
  readonly missing: readonly MissingProvider[];
  /** @throws FrameError if the JPEG cannot be decoded completely. */
  detect(jpeg: ValidJpeg): Promise<Found>;
  close(): void | Promise<void>;
}

export type Found = Pick<DetectAnswer, 'detections' | 'image' | 'stages'>;
