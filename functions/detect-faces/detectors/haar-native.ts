import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type OpenCv from '@u4/opencv4nodejs';
import type { Model } from './detector.ts';
import { CASCADE, haarName, INPUT, MIN_NEIGHBOURS, packageFolder, SCALE_FACTOR } from './haar.ts';

const require = createRequire(import.meta.url);
/** The compiled module itself: what the package wraps around it looks for compilers as it loads. */
const addon = () => join(packageFolder(), 'build/Release/opencv4nodejs.node');

/** Whether @u4/opencv4nodejs was compiled here, against the OpenCV of the system. */
export const hasNativeOpenCv = (): boolean => existsSync(addon());

/** The same cascade as `haar.ts`, on the machine's own instructions. @throws Error where OpenCV's libraries are not there. */
export function loadNativeHaar(): Model {
  const cv: typeof OpenCv = require(addon());
  cv.setNumThreads(1); // parallel frames beat parallel loops
  const cascade = new cv.CascadeClassifier(join(packageFolder(), CASCADE));
  return {
    name: haarName,
    input: INPUT,
    find({ pixels, width, height }) {
      const grey = new cv.Mat(
        Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength),
        height,
        width,
        cv.CV_8UC1,
      );
      const { objects } = cascade.detectMultiScale(grey, SCALE_FACTOR, MIN_NEIGHBOURS);
      return objects.map(({ x, y, width: w, height: h }) => ({ x, y, w, h }));
    },
    close() {},
  };
}
