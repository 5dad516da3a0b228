import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createScene, readTruth } from '../connectors/camera/demo/scene.ts';

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A picture whose faces are known. */
export interface KnownPicture {
  jpeg: Uint8Array;
  faces: Box[];
}

/** dlib's form of hand-marked boxes, beside the photographs. */
const MARKS = 'training.xml';
const SCENES = 6;
/** Two boxes that share this much of what both cover are of one face: people and detectors draw them differently. */
const SAME_FACE = 0.3;

/** Photographs with hand-marked faces where the folder has them, else drawn scenes, which know their own. */
export async function readKnownPictures(photographs: string | undefined): Promise<KnownPicture[]> {
  if (photographs && existsSync(join(photographs, MARKS))) return readPhotographs(photographs);
  return Promise.all(
    Array.from({ length: SCENES }, async (_, i) => {
      const jpeg = await createScene(`faces ${i}`).draw(2 * i);
      return { jpeg, faces: readTruth(jpeg) ?? [] };
    }),
  );
}

function readPhotographs(folder: string): KnownPicture[] {
  const text = readFileSync(join(folder, MARKS), 'latin1');
  return [...text.matchAll(/<image file='([^']+)'[^>]*>(.*?)<\/image>/gs)].map(([, file = '', boxes = '']) => ({
    jpeg: new Uint8Array(readFileSync(join(folder, file))),
    faces: [...boxes.matchAll(/<box ([^>]*)\/>/g)].map(([, attributes = '']) => {
      const read = (name: string) => Number(new RegExp(`${name}='(\\d+)'`).exec(attributes)?.[1]);
      return { x: read('left'), y: read('top'), w: read('width'), h: read('height') };
    }),
  }));
}

/** How many of the true faces were found, and how many boxes are of none. Each box counts for one face. */
export function matchFaces(truth: readonly Box[], found: readonly Box[]): { found: number; beside: number } {
  const left = [...found];
  let hits = 0;
  for (const face of truth) {
    const overlaps = left.map((box) => overlap(face, box));
    const best = overlaps.indexOf(Math.max(...overlaps));
    if (best < 0 || overlaps[best]! < SAME_FACE) continue;
    left.splice(best, 1);
    hits++;
  }
  return { found: hits, beside: left.length };
}

/** Intersection over union. */
export function overlap(a: Box, b: Box): number {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  const shared = Math.max(0, w) * Math.max(0, h);
  return shared / (a.w * a.h + b.w * b.h - shared);
}
