import type { MotionSettings } from '@framewire/contract';
import type { GreyFrame } from './grey/grey-frame.ts';
import { evenLight, type LightChange, toneCurve } from './light.ts';
import { findRegions } from './regions.ts';

/** What a look at a frame finds. */
export interface Look {
  /** `moved`: something moves. `lit`: the whole frame changed, by its light or because nothing was known before. */
  kind: 'still' | 'moved' | 'lit';
  /** The share of the frame that the largest moving part covers, 0 to 1. */
  area: number;
}

/** Seconds after which the background has followed: of pixels that look as before, and of those that a thing covers. */
const FOLLOW_S = 4;
const ABSORB_S = 10;
/** Seconds over which the noise of a pixel is known. */
const NOISE_S = 10;
/** Nothing is known of a background that was seen so long ago, seconds. */
const FORGET_S = 60;
/** Levels of brightness that count as a change at the lowest and the highest sensitivity; twice the noise of a pixel is added. */
const MIN_CHANGE = 4;
const CHANGE_RANGE = 20;
const NOISES = 2;
const MAX_NOISE = 12;
/** Beyond the first share of changed pixels it may be the light. Where that explains half of them, or beyond the second, the background is new. */
const LIGHT_SHARE = 0.25;
const MAX_SHARE = 0.5;
/** Levels by which most of the frame is lighter or darker: the light was switched, and the background is new. */
const LIGHT_STEP = 12;
/** Fewer pixels are no thing, however small the frame is. */
const MIN_PIXELS = 4;

/** Compares frames of one camera with a background that follows slowly. */
export interface MotionDetector {
  /** @param at seconds by a clock that never goes back. @param ignored 1 for each pixel in a mask. */
  look(frame: GreyFrame, at: number, settings: MotionSettings, ignored?: Uint8Array): Look;
}

export function createMotionDetector(): MotionDetector {
  let background = new Float32Array();
  let noise = new Float32Array();
  let width = 0;
  let seenAt = Number.NEGATIVE_INFINITY;

  function begin(frame: GreyFrame): Look {
    background = Float32Array.from(frame.pixels);
    noise = new Float32Array(frame.pixels.length).fill(1);
    width = frame.width;
    return { kind: 'lit', area: 0 };
  }

  function follow({ pixels }: GreyFrame, things: Uint8Array, residues: Float32Array, seconds: number): void {
    const part = (over: number) => 1 - Math.exp(-seconds / over);
    const [follows, absorbs, learns] = [part(FOLLOW_S), part(ABSORB_S), part(NOISE_S)];
    for (let i = 0; i < pixels.length; i++) {
      const isThing = things[i] === 1;
      background[i]! += (isThing ? absorbs : follows) * (pixels[i]! - background[i]!);
      if (!isThing) noise[i]! += learns * (Math.min(MAX_NOISE, Math.abs(residues[i]!)) - noise[i]!);
    }
  }

  return {
    look(frame, at, { sensitivity, smallest_area }, ignored) {
      const { pixels, height } = frame;
      const seconds = at - seenAt;
      seenAt = at;
      if (pixels.length !== background.length || frame.width !== width || seconds > FORGET_S) return begin(frame);
      const least = MIN_CHANGE + (CHANGE_RANGE * (100 - sensitivity)) / 100;
      const changes = new Float32Array(pixels.length);
      for (let i = 0; i < pixels.length; i++) changes[i] = pixels[i]! - background[i]!;
      const changed = new Uint8Array(pixels.length);
      const residues = new Float32Array(pixels.length);

      /** Marks what the light does not explain. @returns its share. */
      function mark(light: LightChange): number {
        let count = 0;
        for (let i = 0; i < pixels.length; i++) {
          residues[i] = changes[i]! - light(background[i]!);
          const isOver = !ignored?.[i] && Math.abs(residues[i]!) > least + NOISES * noise[i]!;
          changed[i] = isOver ? 1 : 0;
          if (isOver) count++;
        }
        return count / pixels.length;
      }

      const even = evenLight(changes, ignored);
      if (Math.abs(even(0)) > LIGHT_STEP) return begin(frame);
      const many = mark(even);
      if (many > LIGHT_SHARE) {
        const left = mark(toneCurve(changes, background, ignored));
        if (left > MAX_SHARE || left < many / 2) return begin(frame);
        mark(even); // the light explains little: something large is there
      }
      const smallest = Math.max(MIN_PIXELS, smallest_area * pixels.length);
      const { largest, map } = findRegions(changed, width, height, smallest);
      follow(frame, map, residues, seconds);
      return { kind: largest >= smallest ? 'moved' : 'still', area: largest / pixels.length };
    },
  };
}
