import { motionSettings } from '@framewire/contract';
import { createRandom, type Random } from '../demo/random.ts';
import type { GreyFrame } from '../motion/grey/grey-frame.ts';
import { createMotionDetector, type Look } from '../motion/motion-detector.ts';

/** As of a picture of 640 x 480. */
export const WIDTH = 80;
export const HEIGHT = 60;
/** How often a camera's frames are looked at, a second. */
const LOOKS = 5;

/** Draws on a room, in levels of brightness; `t` in seconds. */
export type Draw = (levels: Float32Array, t: number, random: Random) => void;

/** Furniture of different brightness before a wall that is darker to one side. */
function room(random: Random): Float32Array {
  const levels = new Float32Array(WIDTH * HEIGHT);
  for (let i = 0; i < levels.length; i++) levels[i] = 110 + (i % WIDTH) * 0.5;
  for (let n = 0; n < 12; n++) {
    const level = random.between(30, 220);
    const [x, y] = [Math.floor(random.between(0, 70)), Math.floor(random.between(0, 50))];
    rectangle(levels, { x, y, w: random.between(4, 16), h: random.between(4, 16) }, level);
  }
  return levels;
}

export function rectangle(
  levels: Float32Array,
  { x, y, w, h }: { x: number; y: number; w: number; h: number },
  level: number,
): void {
  for (let v = Math.max(0, Math.round(y)); v < Math.min(HEIGHT, y + h); v++)
    for (let u = Math.max(0, Math.round(x)); u < Math.min(WIDTH, x + w); u++) levels[v * WIDTH + u] = level;
}

/** What a detector finds in a film: looks a few times a second, each with the noise of a camera. */
export function watch(
  seconds: number,
  draw: Draw,
  { settings = {}, noise = 1.2, ignored }: { settings?: object; noise?: number; ignored?: Uint8Array } = {},
): { t: number; look: Look }[] {
  const random = createRandom('film');
  const empty = room(random);
  const detector = createMotionDetector();
  const wanted = motionSettings.parse(settings);
  return Array.from({ length: seconds * LOOKS }, (_, n) => {
    const t = n / LOOKS;
    const levels = Float32Array.from(empty);
    draw(levels, t, random);
    return { t, look: detector.look(toFrame(levels, noise, random), t, wanted, ignored) };
  });
}

function toFrame(levels: Float32Array, noise: number, random: Random): GreyFrame {
  // the sum of three is near enough to a normal distribution
  const one = () => (random.between(-1, 1) + random.between(-1, 1) + random.between(-1, 1)) * noise;
  const pixels = Uint8Array.from(levels, (level) => Math.max(0, Math.min(255, Math.round(level + one()))));
  return { pixels, width: WIDTH, height: HEIGHT };
}

/** When something moved. */
export const movesOf = (looks: { t: number; look: Look }[]): number[] =>
  looks.filter(({ look }) => look.kind === 'moved').map(({ t }) => t);
