import { CHANNELS, type Raster } from './raster.ts';

/** Applies the EXIF orientation, as a browser does. An upright raster is returned as it is. */
export function orient(raster: Raster, orientation: number): Raster {
  if (orientation === 1) return raster;
  const { pixels, width, height, colour } = raster;
  const [wide, high] = orientation >= 5 ? [height, width] : [width, height];
  const channels = CHANNELS[colour];
  // the index of the source of the top left pixel, and the step to the source of the next column and row
  const right = width - 1;
  const bottom = (height - 1) * width;
  const [first, column, row] = {
    2: [right, -1, width],
    3: [bottom + right, -1, -width],
    4: [bottom, 1, -width],
    5: [0, width, 1],
    6: [bottom, -width, 1],
    7: [bottom + right, -width, -1],
    8: [right, width, -1],
  }[orientation] as [number, number, number];
  const turned = new Uint8Array(pixels.length);
  for (let y = 0, to = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const from = (first + x * column + y * row) * channels;
      for (let channel = 0; channel < channels; channel++) turned[to++] = pixels[from + channel]!;
    }
  }
  return { pixels: turned, width: wide, height: high, colour };
}
