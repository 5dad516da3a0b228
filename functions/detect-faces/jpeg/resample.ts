import { CHANNELS, type Raster, type Size } from './raster.ts';

/**
 * Creates a function that shrinks a raster to a size: each pixel is the mean of the area it covers. It reuses one buffer. A raster that
 * already has the size is returned as it is.
 */
export function createResampler(): (raster: Raster, to: Size) => Raster {
  let buffer = new Uint8Array();
  return (raster, { width, height }) => {
    if (raster.width === width && raster.height === height) return raster;
    const channels = CHANNELS[raster.colour];
    const size = width * height * channels;
    if (buffer.length < size || buffer.length > 4 * size) buffer = new Uint8Array(size);
    const pixels = buffer.subarray(0, size);
    average(raster, { pixels, width, height }, channels);
    return { pixels, width, height, colour: raster.colour };
  };
}

/** Columns first into one row of sums, then rows, each weighted by how much of it lies within the area. */
function average(from: Raster, to: Size & { pixels: Uint8Array }, channels: number): void {
  const stepX = from.width / to.width;
  const stepY = from.height / to.height;
  const spans = Array.from({ length: to.width }, (_, x) => span(x * stepX, (x + 1) * stepX, from.width));
  const sums = new Float32Array(to.width * channels);
  for (let y = 0; y < to.height; y++) {
    const rows = span(y * stepY, (y + 1) * stepY, from.height);
    sums.fill(0);
    for (let row = rows.first; row <= rows.last; row++) {
      const height = weight(rows, row);
      const begin = row * from.width * channels;
      for (let x = 0, at = 0; x < to.width; x++, at += channels) {
        const columns = spans[x]!;
        for (let column = columns.first, pixel = begin + columns.first * channels; column <= columns.last; column++) {
          const share = height * weight(columns, column);
          for (let channel = 0; channel < channels; channel++) sums[at + channel]! += share * from.pixels[pixel++]!;
        }
      }
    }
    const line = y * sums.length;
    const area = stepX * stepY;
    for (let i = 0; i < sums.length; i++) to.pixels[line + i] = sums[i]! / area + 0.5;
  }
}

/** The pixels from `begin` to `end` of a line; of the first and the last perhaps a part alone. */
interface Span {
  first: number;
  last: number;
  begin: number;
  end: number;
}

function span(begin: number, end: number, length: number): Span {
  return { first: Math.floor(begin), last: Math.min(Math.ceil(end), length) - 1, begin, end };
}

/** How much of a pixel lies within, 0 to 1. */
const weight = ({ begin, end }: Span, pixel: number) => Math.min(end, pixel + 1) - Math.max(begin, pixel);
