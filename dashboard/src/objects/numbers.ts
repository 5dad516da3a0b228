import type { Detection, ResultRecord, ServerMessage } from '@framewire/contract';

export type TracksMessage = Extract<ServerMessage, { type: 'tracks' }>;

/** The number at each box of a frame, in the order of its detections; undefined where there is none. */
export type Numbers = (number | undefined)[];

/** Frames of which the numbers are remembered: they may come before the frame. */
const MAX_FRAMES = 20;
/** Boxes that overlap less are of two objects. */
const SAME = 0.3;

/** The numbers of the objects of one camera in one topic. They come a moment after the boxes, which do not wait for them. */
export class ObjectNumbers {
  readonly #frames = new Map<string, Numbers>();
  /** The newest frame with numbers: the next one goes on with them until its own come. */
  #last: { detections: Detection[]; numbers: Numbers } | undefined;
  /** Objects that are followed now, and the highest number so far. */
  now = 0;
  soFar = 0;

  /** Whether any were ever published. */
  get isKnown(): boolean {
    return this.soFar > 0;
  }

  receive({ frame_id, tracks }: Pick<TracksMessage, 'frame_id' | 'tracks'>): void {
    const numbers: Numbers = [];
    for (const { id, detection } of tracks) if (detection !== undefined) numbers[detection] = id;
    this.#frames.set(frame_id, numbers);
    if (this.#frames.size > MAX_FRAMES) this.#frames.delete(this.#frames.keys().next().value!);
    this.now = tracks.length;
    this.soFar = Math.max(this.soFar, ...tracks.map(({ id }) => id));
  }

  /** Those of a frame, or of the one before where a box has hardly moved. */
  of({ frame_id, detections }: Pick<ResultRecord, 'frame_id' | 'detections'>): Numbers {
    const own = this.#frames.get(frame_id);
    if (own) {
      this.#last = { detections, numbers: own };
      return own;
    }
    return this.#last ? carry(this.#last, detections) : [];
  }
}

/** Gives each box the number of the box that it overlaps most; no number twice. */
export function carry(from: { detections: Detection[]; numbers: Numbers }, to: Detection[]): Numbers {
  const pairs = from.detections.flatMap((before, i) => {
    const id = from.numbers[i];
    if (id === undefined) return [];
    return to
      .map((box, index) => ({ id, index, overlap: overlap(before, box) }))
      .filter(({ overlap }) => overlap > SAME);
  });
  const numbers: Numbers = [];
  const given = new Set<number>();
  for (const { id, index } of pairs.sort((a, b) => b.overlap - a.overlap)) {
    if (given.has(id) || numbers[index] !== undefined) continue;
    numbers[index] = id;
    given.add(id);
  }
  return numbers;
}

function overlap(a: Detection, b: Detection): number {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? (w * h) / (a.w * a.h + b.w * b.h - w * h) : 0;
}

/** The colour of an object, the same for as long as it is followed. Neighbours in number differ much in hue, none in lightness. */
export const numberColour = (id: number): string => `oklch(0.82 0.14 ${Math.round((id * 137.5) % 360)})`;
