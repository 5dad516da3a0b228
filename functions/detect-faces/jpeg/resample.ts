import { CHANNELS, type Raster, type Size } from './raster.ts';

/**
 * Creates a function that shrinks a raster to a size: each pixel is the mean of the area it covers. It reuses its buffers. A raster that
 * already has the size is returned as it is.
 */
export function createResampler(): (raster: Raster, to: Size) => Raster {
  let buffer = new Uint8Array();
  let columns = planLine(1, 1);
  let rows = columns;
  return (raster, { width, height }) => {
    if (raster.width === width && raster.height === height) return raster;
    const channels = CHANNELS[raster.colour];
    const size = width * height * channels;
    if (buffer.length < size || buffer.length > 4 * size) buffer = new Uint8Array(size);
    const pixels = buffer.subarray(0, size);
    if (columns.from !== raster.width || columns.to !== width) columns = planLine(raster.width, width);
    if (rows.from !== raster.height || rows.to !== height) rows = planLine(raster.height, height);
    average(raster.pixels, pixels, { columns, rows, channels });
    return { pixels, width, height, colour: raster.colour };
  };
}

/**
 * How a line is shrunk: sample n of the new one is the sum of those from `firsts[n]` on, each times its share. Its shares are those from
 * `begins[n]` to `begins[n + 1]`, integers in parts of 1024: faster than fractions, and exact to a level of 255.
 */
interface Plan {
  from: number;
  to: number;
  firsts: Int32Array;
  begins: Int32Array;
  shares: Int32Array;
}

const BITS = 10;
const WHOLE = 1 << BITS;
/** Of the sums, which have the shares of both directions. */
const HALF = 1 << (2 * BITS - 1);

function planLine(from: number, to: number): Plan {
  const step = from / to;
  const [firsts, begins, shares]: number[][] = [[], [0], []];
  for (let n = 0; n < to; n++) {
    const [begin, end] = [n * step, (n + 1) * step];
    const [first, last] = [Math.floor(begin), Math.min(Math.ceil(end), from) - 1];
    // differences of rounded sums: none is below 0, and together they are whole
    for (let sample = first, given = 0; sample <= last; sample++) {
      const sum = sample === last ? WHOLE : Math.round((WHOLE * (sample + 1 - begin)) / step);
      shares!.push(sum - given);
      given = sum;
    }
    firsts!.push(first);
    begins!.push(shares!.length);
  }
  return {
    from,
    to,
    firsts: Int32Array.from(firsts!),
    begins: Int32Array.from(begins!),
    shares: Int32Array.from(shares!),
  };
}

/** Each row is shrunk once, and added to the one or two new rows that it lies in. */
function average(
  from: Uint8Array,
  to: Uint8Array,
  { columns, rows, channels }: { columns: Plan; rows: Plan; channels: number },
): void {
  const length = columns.to * channels;
  const line = new Int32Array(length);
  const sums = new Int32Array(length);
  const shrinkRow = channels === 3 ? shrinkColours : shrinkGrey;
  let shrunk = -1;
  for (let y = 0, begin = 0; y < rows.to; y++, begin += length) {
    sums.fill(HALF);
    for (let i = rows.begins[y]!, row = rows.firsts[y]!; i < rows.begins[y + 1]!; i++, row++) {
      if (row !== shrunk) shrinkRow(from, row * columns.from * channels, line, columns);
      shrunk = row;
      add(sums, line, rows.shares[i]!);
    }
    for (let at = 0; at < length; at++) to[begin + at] = sums[at]! >> (2 * BITS);
  }
}

function add(sums: Int32Array, line: Int32Array, share: number): void {
  for (let at = 0; at < sums.length; at++) sums[at] = sums[at]! + Math.imul(share, line[at]!);
}

function shrinkGrey(from: Uint8Array, begin: number, line: Int32Array, { to, firsts, begins, shares }: Plan): void {
  for (let x = 0; x < to; x++) {
    let sum = 0;
    let pixel = begin + firsts[x]!;
    for (let i = begins[x]!; i < begins[x + 1]!; i++) sum += Math.imul(shares[i]!, from[pixel++]!);
    line[x] = sum;
  }
}

function shrinkColours(from: Uint8Array, begin: number, line: Int32Array, { to, firsts, begins, shares }: Plan): void {
  for (let x = 0, at = 0, i = 0; x < to; x++, at += 3) {
    let pixel = begin + 3 * firsts[x]!;
    let first = 0;
    let second = 0;
    let third = 0;
    for (const end = begins[x + 1]!; i < end; i++, pixel += 3) {
      const share = shares[i]!;
      first += Math.imul(share, from[pixel]!);
      second += Math.imul(share, from[pixel + 1]!);
      third += Math.imul(share, from[pixel + 2]!);
    }
    line[at] = first;
    line[at + 1] = second;
    line[at + 2] = third;
  }
}
