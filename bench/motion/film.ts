import sharp, { type Sharp } from 'sharp';
import { HEIGHT, WIDTH } from '../../testkit/frames/scene.ts';

/** Frames a second. */
export const FPS = 10;
export const SECONDS = 60;

/** Something that is in the picture from one moment to another; seconds. */
export interface Appearance {
  from: number;
  to: number;
  /** Its height as a share of the picture's. */
  size: number;
  /** Its middle at a moment, 0 to 1 from the left. */
  x(t: number): number;
}

const across = (from: number, to: number, size: number): Appearance => ({
  from,
  to,
  size,
  x: (t) => (t - from) / (to - from),
});

/** Near and far, fast and slow, and one that stands still for a while. */
export const APPEARANCES: Appearance[] = [
  across(8.1, 12.1, 0.6),
  { ...across(18.1, 18.7, 0.4), x: (t) => 0.3 + (t - 18.1) / 2 },
  across(26.1, 32.1, 0.12),
  { from: 40.1, to: 52, size: 0.5, x: (t) => (t < 42 ? (t - 40) / 4 : t < 49 ? 0.5 : 0.5 + (t - 49) / 6) },
];

/** What happens to the light and the air. */
export interface Weather {
  name: string;
  /** The brightness at a moment, as a factor. */
  light(t: number): number;
  /** Levels by which each pixel differs from frame to frame. */
  grain: number;
  /** Streaks in each frame. */
  drops: number;
}

const calm = { light: () => 1, grain: 4, drops: 0 };
export const WEATHER: Weather[] = [
  { ...calm, name: 'calm' },
  { ...calm, name: 'light switched off and on', light: (t) => (t >= 15 && t < 23 ? 0.35 : 1) },
  { ...calm, name: 'slow dawn', light: (t) => 0.3 + (0.7 * t) / SECONDS },
  { ...calm, name: 'noise at night', light: () => 0.5, grain: 18 },
  { ...calm, name: 'rain', drops: 250 },
];

interface Raw {
  data: Buffer;
  width: number;
  height: number;
}

/** The pictures that a film is made of: a place, and a thing that appears there. */
export interface Props {
  place: Buffer;
  thing: Buffer;
}

/** Draws the frames of a film one after another, as JPEGs. */
export async function* drawFilm({ place, thing }: Props, { light, grain, drops }: Weather): AsyncGenerator<Buffer> {
  const base = await raw(sharp(place).resize(WIDTH, HEIGHT, { fit: 'cover' }));
  const things = new Map<Appearance, Raw>();
  for (const one of APPEARANCES)
    things.set(one, await raw(sharp(thing).resize({ height: Math.round(one.size * HEIGHT) })));
  const random = createRandom();
  const noise = Int8Array.from({ length: 4 * base.data.length }, () => (random() + random() - 1) * grain * 1.7);
  for (let n = 0; n < SECONDS * FPS; n++) {
    const t = n / FPS;
    const frame = Buffer.from(base.data);
    for (const one of APPEARANCES) if (t >= one.from && t < one.to) paste(frame, things.get(one)!, one.x(t));
    for (let drop = 0; drop < drops; drop++) streak(frame, random);
    const [factor, shift] = [light(t), Math.floor(random() * 3 * base.data.length)];
    for (let i = 0; i < frame.length; i++)
      frame[i] = Math.max(0, Math.min(255, frame[i]! * factor + noise[i + shift]!));
    const picture = sharp(frame, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
    yield await picture.jpeg({ quality: 82 }).toBuffer();
  }
}

async function raw(picture: Sharp): Promise<Raw> {
  const { data, info } = await picture.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** It stands on a floor at nine tenths of the height. */
function paste(frame: Buffer, { data, width, height }: Raw, x: number): void {
  const [left, top] = [Math.round(x * WIDTH - width / 2), Math.round(0.9 * HEIGHT - height)];
  for (let row = 0; row < height; row++) {
    const [from, to] = [Math.max(0, left), Math.min(WIDTH, left + width)];
    if (to <= from) continue;
    const start = (row * width + from - left) * 3;
    data.copy(frame, ((top + row) * WIDTH + from) * 3, start, start + (to - from) * 3);
  }
}

function streak(frame: Buffer, random: () => number): void {
  const [x, y] = [Math.floor(random() * WIDTH), Math.floor(random() * (HEIGHT - 20))];
  for (let row = y; row < y + 18; row++)
    for (let at = (row * WIDTH + x) * 3; at < (row * WIDTH + x) * 3 + 3; at++)
      frame[at] = Math.min(255, frame[at]! + 70);
}

/** The same numbers in every run. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
