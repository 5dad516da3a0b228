import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type OpenCv from '@techstark/opencv-js';
import type { Model } from './detector.ts';

export const SCALE_FACTOR = 1.1;
export const MIN_NEIGHBOURS = 4;
/** A cascade's time grows with the pixels: a 4K frame would take 4 s and find no more of the faces one would call faces. */
export const INPUT = { colour: 'grey', maxSide: 1280, halves: true } as const;
export const haarName = 'haar_frontalface_default';
/** In the folder of @u4/opencv4nodejs, which carries it whether it was compiled or not. */
export const CASCADE = 'src/lib/haarcascades/haarcascade_frontalface_default.xml';

const require = createRequire(import.meta.url);
export const packageFolder = () => join(dirname(require.resolve('@u4/opencv4nodejs')), '../..');

/** OpenCV's frontal-face cascade, in WebAssembly: needs no weights and no compiler, and is slow (150 ms for 640x480). */
export async function loadHaar(): Promise<Model> {
  const { cv } = await openCv();
  const cascade = loadCascade(cv);
  const faces = new cv.RectVector();
  let grey = new cv.Mat(1, 1, cv.CV_8UC1);

  return {
    name: haarName,
    input: INPUT,
    find(picture) {
      if (grey.rows !== picture.height || grey.cols !== picture.width) {
        grey.delete(); // a Mat lives on the WebAssembly heap, where nothing is collected
        grey = new cv.Mat(picture.height, picture.width, cv.CV_8UC1);
      }
      grey.data.set(picture.pixels);
      cascade.detectMultiScale(grey, faces, SCALE_FACTOR, MIN_NEIGHBOURS);
      return Array.from({ length: faces.size() }, (_, i) => {
        const { x, y, width, height } = faces.get(i);
        return { x, y, w: width, h: height };
      });
    },
    close() {
      for (const held of [grey, faces, cascade]) held.delete();
    },
  };
}

/**
 * The module has a `then` that resolves with itself: awaiting it never ends, so it is handed out only inside a box.
 * Its handlers of uncaught errors would replace those of the process it is a guest in.
 */
async function openCv(): Promise<{ cv: typeof OpenCv }> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => process.listeners(event as 'uncaughtException'));
  const cv = require('@techstark/opencv-js');
  if (!cv.calledRun) {
    await new Promise<void>((resolve) => {
      cv.onRuntimeInitialized = resolve;
    });
  }
  for (const [i, event] of events.entries()) {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[i]!.includes(listener)) process.off(event, listener);
    }
  }
  return { cv };
}

function loadCascade(cv: typeof OpenCv): OpenCv.CascadeClassifier {
  // OpenCV reads it from the module's own file system
  const name = 'haarcascade_frontalface_default.xml';
  cv.FS_createDataFile('/', name, readFileSync(join(packageFolder(), CASCADE)), true, false, false);
  try {
    const cascade = new cv.CascadeClassifier();
    if (!cascade.load(name)) throw new Error(`OpenCV cannot read ${name}`);
    return cascade;
  } finally {
    (cv as unknown as { FS_unlink(path: string): void }).FS_unlink(`/${name}`); // missing from its types
  }
}
