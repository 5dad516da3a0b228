/** Objects that cross a drawn scene, with known truth, and what a detector might make of them. The same at each run. */
export type NumberedBox = [id: number, x: number, y: number, w: number, h: number];

export interface SequenceFrame {
  /** Capture, seconds. */
  at: number;
  truth: NumberedBox[];
  detections: [x: number, y: number, w: number, h: number, score: number][];
}

export interface Sequence {
  name: string;
  fps: number;
  frames: SequenceFrame[];
}

export interface SequenceKind {
  name: string;
  /** Objects that come in a minute. */
  perMinute: number;
  /** Heights of their boxes, pixels. */
  heights: [least: number, most: number];
  /** Heights per second. */
  speeds: [least: number, most: number];
  /** Whether a detector says how sure it is. */
  scores: boolean;
}

export const KINDS: SequenceKind[] = [
  { name: 'people walk', perMinute: 40, heights: [120, 220], speeds: [0.4, 0.9], scores: true },
  { name: 'faces pass', perMinute: 40, heights: [40, 90], speeds: [0.3, 1.2], scores: true },
  { name: 'a crowd', perMinute: 110, heights: [90, 160], speeds: [0.3, 0.8], scores: true },
  { name: 'faces, no scores', perMinute: 40, heights: [40, 90], speeds: [0.3, 1.2], scores: false },
];

const [WIDTH, HEIGHT] = [1280, 720];
const MISSED = 0.08;
const FALSE_PER_FRAME = 0.15;
const NOISE = 0.03;

/** @param uneven whether frames come unevenly, and a tenth of them not at all. */
export function makeSequence(
  kind: SequenceKind,
  { fps, seconds, uneven, seed }: { fps: number; seconds: number; uneven: boolean; seed: number },
): Sequence {
  const random = createRandom(seed);
  const objects = Array.from({ length: Math.round((kind.perMinute * seconds) / 60) }, (_, i) =>
    makeObject(i + 1, random, kind, seconds),
  );
  const frames: SequenceFrame[] = [];
  for (let at = 0; at < seconds; at += (1 / fps) * (uneven ? 0.6 + 0.8 * random() : 1)) {
    if (uneven && random() < 0.1) continue;
    const boxes = objects.flatMap((one) => one(at) ?? []);
    frames.push({ at, truth: boxes.map(({ box }) => box), detections: detect(boxes, random, kind.scores) });
  }
  return { name: `${kind.name}, ${fps} fps${uneven ? ', uneven' : ''}`, fps, frames };
}

interface Seen {
  box: NumberedBox;
  depth: number;
}

/** It crosses from one side to the other, sways, and half of them stop for a while. */
function makeObject(id: number, random: () => number, { heights, speeds }: SequenceKind, seconds: number) {
  const between = ([a, b]: [number, number]) => a + (b - a) * random();
  const h = between(heights);
  const w = h * (0.4 + 0.4 * random());
  const speed = h * between(speeds);
  const begin = (seconds + 8) * random() - 8;
  const rightwards = random() < 0.5;
  const y = 40 + (HEIGHT - h - 80) * random();
  const slope = (random() - 0.5) * 0.3;
  const [sway, phase] = [0.06 * h * random(), 6 * random()];
  const stopAt = random() < 0.5 ? begin + 2 + 4 * random() : Number.POSITIVE_INFINITY;
  const stopFor = 1 + 3 * random();
  return (at: number): Seen | undefined => {
    if (at < begin) return undefined;
    const moved = at - begin - Math.min(stopFor, Math.max(0, at - stopAt));
    const way = speed * moved;
    const x = rightwards ? -w / 2 + way : WIDTH - w / 2 - way;
    const top = y + slope * way + sway * Math.sin(2 * moved + phase);
    const isInside = x > -w / 4 && x < WIDTH - (3 * w) / 4 && top > -h / 4 && top < HEIGHT - (3 * h) / 4;
    return isInside ? { box: [id, x, top, w, h], depth: top + h } : undefined;
  };
}

/** Who stands behind another is found with a low score or not at all; boxes are off by some pixels; some are of nothing. */
function detect(all: Seen[], random: () => number, scores: boolean): SequenceFrame['detections'] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const found: SequenceFrame['detections'] = [];
  for (const one of all) {
    const [, x, y, w, h] = one.box;
    const hidden = Math.max(0, ...all.filter(({ depth }) => depth > one.depth).map(({ box }) => covered(one.box, box)));
    if (random() < MISSED + (hidden > 0.5 ? 0.85 : hidden * 0.5)) continue;
    const score = Math.min(0.99, Math.max(0.1, 0.88 - 0.75 * hidden + 0.07 * normal()));
    const off = (size: number) => NOISE * size * normal();
    found.push([x + off(w), y + off(h), Math.max(4, w + off(w)), Math.max(4, h + off(h)), scores ? score : 1]);
  }
  if (random() < FALSE_PER_FRAME) {
    const h = 40 + 120 * random();
    found.push([WIDTH * random(), HEIGHT * random(), h * 0.6, h, scores ? 0.2 + 0.5 * random() : 1]);
  }
  return found;
}

/** The share of one box that another one hides. */
function covered([, ax, ay, aw, ah]: NumberedBox, [, bx, by, bw, bh]: NumberedBox): number {
  const w = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  const h = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  return w > 0 && h > 0 ? (w * h) / (aw * ah) : 0;
}

/** Mulberry32: the same numbers for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
