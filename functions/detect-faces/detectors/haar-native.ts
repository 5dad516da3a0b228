import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type OpenCv from '@u4/opencv4nodejs';
import type { Model } from './detector.ts';
import { CASCADE, haarName, MAX_SIDE, MIN_NEIGHBOURS, packageFolder, SCALE_FACTOR } from './haar.ts';

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
    maxSide: MAX_SIDE,
    find({ rgb, width, height }) {
      const bytes = Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength);
      const grey = new cv.Mat(bytes, height, width, cv.CV_8UC3).cvtColor(cv.COLOR_RGB2GRAY);
      const { objects } = cascade.detectMultiScale(grey, SCALE_FACTOR, MIN_NEIGHBOURS);
      return objects.map(({ x, y, width: w, height: h }) => ({ x, y, w, h }));
    },
    close() {},
  };
}
