import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from './boxes.ts';

export interface Photograph {
  file: string;
  jpeg: Buffer;
  /** Faces as people marked them. */
  faces: Box[];
}

/** The photographs of a folder with dlib's `training.xml` in it. */
export function readPhotographs(folder: string): Photograph[] {
  const xml = readFileSync(join(folder, 'training.xml'), 'latin1');
  return [...xml.matchAll(/<image file='([^']+)'[^>]*>(.*?)<\/image>/gs)].map(([, file, boxes]) => ({
    file: file!,
    jpeg: readFileSync(join(folder, file!)),
    faces: [...boxes!.matchAll(/<box top='(\d+)' left='(\d+)' width='(\d+)' height='(\d+)'/g)].map(
      ([, y, x, w, h]) => ({
        x: Number(x),
        y: Number(y),
        w: Number(w),
        h: Number(h),
      }),
    ),
  }));
}
