import type { DetectAnswer, Detection } from '@framewire/contract';
import type { DecodeOptions } from '../jpeg/decode.ts';
import type { Picture } from '../jpeg/raster.ts';

/**
 * Which detector: `haar` is carried along, by default `native` where OpenCV was compiled; `yunet` needs a file of weights, `objects` a
 * file that describes its own.
 */
export type DetectorSpec =
  | { kind: 'haar'; native?: boolean }
  | { kind: 'yunet'; weights: string }
  | { kind: 'objects'; description: string };

export interface DetectorLimits {
  /** Pixels that a picture may claim. */
  maxPixels: number;
}

/** What finds things in a decoded picture. A further one is one file like `haar.ts` and one line in `create.ts`. */
export interface Model {
  /** As it stands in every result. */
  name: string;
  /** What it looks at. */
  input: Pick<DecodeOptions, 'colour' | 'maxSide' | 'halves'>;
  /** Boxes in pixels of the picture it was given; the best first where there are scores. */
  find(picture: Picture): Promise<Detection[]> | Detection[];
  /** Frees what the garbage collector does not see. */
  close(): void | Promise<void>;
}

/** JPEG in, faces out. One picture at a time; the same picture gives the same boxes, whatever came before it. */
export interface Detector {
  readonly name: string;
  /** @throws FrameError when the picture is bad. */
  detect(jpeg: Uint8Array): Promise<Found>;
  close(): void | Promise<void>;
}

export type Found = Pick<DetectAnswer, 'detections' | 'image' | 'stages'>;
