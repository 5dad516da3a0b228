import type { Detection } from '@framewire/contract';
import sharp from 'sharp';

const SIZE = { width: 640, height: 360 };
const LOOP = 40;

export interface ScenePicture {
  jpeg: Buffer;
  /** The faces, and the persons around them as another model finds them. */
  detections: Detection[];
  objects: Detection[];
  image: { width: number; height: number };
}

const ROOMS = [
  ['#3b4a5a', '#1c242d'],
  ['#5a4a3f', '#2a211b'],
  ['#3f5546', '#1b261f'],
  ['#57566b', '#24232f'],
] as const;
const SKINS = ['#e8b998', '#c98f6b', '#8d5a3c', '#f1cfb5', '#6f4630'];

const drawn = new Map<string, Promise<ScenePicture[]>>();

/** A loop of drawn pictures in which faces wander; the boxes are where they were drawn. Each loop is drawn once. */
export function scene(variant: number, faces: number): Promise<ScenePicture[]> {
  const key = `${variant} ${faces}`;
  const loop = drawn.get(key) ?? Promise.all(Array.from({ length: LOOP }, (_, step) => picture(variant, faces, step)));
  drawn.set(key, loop);
  return loop;
}

async function picture(variant: number, faces: number, step: number): Promise<ScenePicture> {
  const [light, dark] = ROOMS[variant % ROOMS.length]!;
  const detections: Detection[] = [];
  const drawn = Array.from({ length: faces }, (_, i) => {
    const r = faces > 6 ? 17 + (i % 3) * 3 : 34 + ((i + variant) % 3) * 8;
    const turn = (step / LOOP) * 2 * Math.PI + i * 1.3 + variant;
    const across = ((i + 0.5) / faces) * SIZE.width;
    const x = faces > 6 ? 50 + (i % 7) * 90 + Math.sin(turn) * 12 : across + Math.sin(turn) * 36;
    const y = faces > 6 ? 60 + Math.floor(i / 7) * 110 + Math.cos(turn) * 9 : 150 + (i % 2) * 40 + Math.cos(turn) * 22;
    detections.push({
      x: x - r,
      y: y - r * 1.2,
      w: 2 * r,
      h: 2.4 * r,
      score: 0.86 + ((i * 7 + step) % 13) / 100,
      label: 'face',
    });
    return person(x, y, r, SKINS[(i + variant) % SKINS.length]!, i);
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}">
    <defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>
    <rect x="60" y="40" width="150" height="110" rx="3" fill="#fff" opacity=".07"/><rect x="430" y="30" width="120" height="180" rx="3" fill="#000" opacity=".15"/>
    <rect y="300" width="100%" height="60" fill="#000" opacity=".18"/>${drawn.join('')}</svg>`;
  const jpeg = await sharp(Buffer.from(svg)).jpeg({ quality: 78 }).toBuffer();
  const objects = detections.map(({ x, y, w, h }) => {
    const left = Math.max(0, x - w * 0.5);
    return {
      x: left,
      y,
      w: Math.min(SIZE.width - left, 2 * w),
      h: Math.min(SIZE.height - y, 2.2 * h),
      score: 0.91,
      label: 'person',
    };
  });
  return { jpeg, detections, objects, image: SIZE };
}

function person(x: number, y: number, r: number, skin: string, i: number): string {
  const coat = ['#2f6f8f', '#8f4f2f', '#4f5f7f', '#7f3f5f'][i % 4];
  return `<path d="M${x - r * 1.9} ${y + r * 4}q0 ${-r * 2.4} ${r * 1.9} ${-r * 2.4}t${r * 1.9} ${r * 2.4}z" fill="${coat}"/>
    <ellipse cx="${x}" cy="${y}" rx="${r * 0.86}" ry="${r * 1.12}" fill="${skin}"/>
    <path d="M${x - r * 0.88} ${y - r * 0.2}q${r * 0.1} ${-r} ${r * 0.88} ${-r}t${r * 0.88} ${r}q${-r * 0.5} ${-r * 0.45} ${-r * 0.88} ${-r * 0.45}t${-r * 0.88} ${r * 0.45}z" fill="#2b1d16"/>
    <circle cx="${x - r * 0.32}" cy="${y}" r="${r * 0.09}" fill="#222"/><circle cx="${x + r * 0.32}" cy="${y}" r="${r * 0.09}" fill="#222"/>
    <path d="M${x - r * 0.28} ${y + r * 0.5}q${r * 0.28} ${r * 0.25} ${r * 0.56} 0" fill="none" stroke="#5a2a22" stroke-width="${r * 0.08}"/>`;
}
