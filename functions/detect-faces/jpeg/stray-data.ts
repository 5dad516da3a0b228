import { isRestart, SOI, SOS } from '@framewire/contract';
import { createHuffman, type Huffman, type HuffmanTables } from './huffman.ts';
import type { ValidJpeg } from './valid-jpeg.ts';

/**
 * More than webcams leave behind the data of an interval, and less than a lost packet or an image of another size does. Zeros have no
 * higher limit: the rest of a buffer after half an image decodes as blocks too.
 */
const MAX_STRAY_BYTES = 64;

/**
 * Removes the bytes between the data of scans or restart intervals and the next marker: USB webcams leave some in nearly every frame.
 * It follows the data code by code to find its end, which costs about as much as decoding.
 * @returns undefined if there are none or too many, if a pixel is missing, and for progressive JPEGs, which no webcam sends.
 */
export function withoutStrayData(jpeg: ValidJpeg): Uint8Array | undefined {
  const { bytes } = jpeg;
  if (jpeg.progressive) return undefined;
  const frame = readComponents(jpeg);
  const huffman = createHuffman();
  const parts: Uint8Array[] = [Uint8Array.of(0xff, SOI)];
  let interval = 0;
  for (const { marker, start, end, data } of jpeg.segments) {
    parts.push(bytes.subarray(start, data ?? end));
    if (marker === DHT) huffman.define(bytes.subarray(start + 4, end));
    if (marker === DRI) interval = (bytes[start + 4]! << 8) | bytes[start + 5]!;
    if (marker !== SOS) continue;
    const scan = readScan(bytes, start, frame, huffman);
    const kept = scan && cutIntervals(bytes.subarray(data!, end), scan, interval);
    if (!kept) return undefined;
    parts.push(...kept);
  }
  const tidied = Buffer.concat(parts);
  return tidied.length < bytes.length ? tidied : undefined;
}

const DHT = 0xc4;
const DRI = 0xdd;

interface Component {
  id: number;
  /** Its number of 8x8 blocks in an interleaved unit, and in a scan of its own. */
  perUnit: number;
  alone: number;
}

interface FrameComponents {
  components: Component[];
  units: number;
}

function readComponents({ bytes, segments, width, height, components: count }: ValidJpeg): FrameComponents {
  const { start } = segments.find(({ marker }) => marker === 0xc0 || marker === 0xc1)!;
  const all = Array.from({ length: count }, (_, i) => {
    const [id = 0, sampling = 0] = bytes.subarray(start + 10 + 3 * i);
    return { id, h: sampling >> 4, v: sampling & 15 };
  });
  const [widest, highest] = [Math.max(...all.map(({ h }) => h)), Math.max(...all.map(({ v }) => v))];
  const blocks = (pixels: number, part: number, of: number) => Math.ceil(Math.ceil((pixels * part) / of) / 8);
  return {
    components: all.map(({ id, h, v }) => ({
      id,
      perUnit: h * v,
      alone: blocks(width, h, widest) * blocks(height, v, highest),
    })),
    units: Math.ceil(width / (8 * widest)) * Math.ceil(height / (8 * highest)),
  };
}

/** The data of a scan: so many units, each made of blocks with these tables. */
interface Scan {
  units: number;
  blocks: HuffmanTables[];
}

function readScan(
  bytes: Uint8Array,
  start: number,
  { components, units }: FrameComponents,
  huffman: Huffman,
): Scan | undefined {
  const count = bytes[start + 4]!;
  const blocks: HuffmanTables[] = [];
  for (let i = 0; i < count; i++) {
    const [id, choice = 0] = bytes.subarray(start + 5 + 2 * i);
    const component = components.find((each) => each.id === id);
    const tables = huffman.tables(choice >> 4, choice & 15);
    if (!component || !tables) return undefined;
    if (count === 1) return { units: component.alone, blocks: [tables] };
    for (let n = 0; n < component.perUnit; n++) blocks.push(tables);
  }
  return { units, blocks };
}

/** Cuts the data of a scan at the end of each interval; the restart markers stay between them. */
function cutIntervals(data: Uint8Array, scan: Scan, interval: number): Uint8Array[] | undefined {
  const parts: Uint8Array[] = [];
  let restarts = 0;
  let left = scan.units;
  for (let from = 0; ; ) {
    const units = interval ? Math.min(interval, left) : left;
    const to = findRestart(data, from);
    const end = endOfData(data.subarray(from, to), units, scan.blocks);
    if (end === undefined) return undefined;
    parts.push(data.subarray(from, from + end));
    left -= units;
    if (left === 0) return parts; // a restart marker after the last interval has no data
    if (data[to + 1] !== 0xd0 + (restarts++ % 8)) return undefined;
    parts.push(data.subarray(to, to + 2));
    from = to + 2;
  }
}

/** The next restart marker, or the end. */
function findRestart(data: Uint8Array, from: number): number {
  for (let at = data.indexOf(0xff, from); at >= 0 && at < data.length - 1; at = data.indexOf(0xff, at + 1)) {
    if (isRestart(data[at + 1]!)) return at;
  }
  return data.length;
}

/** Where the units of an interval end in its data; undefined if units are missing, or too many bytes follow them. */
function endOfData(raw: Uint8Array, units: number, blocks: HuffmanTables[]): number | undefined {
  const { bytes, length } = unstuff(raw);
  let bit = 0;
  for (let unit = 0; unit < units; unit++) {
    for (const tables of blocks) {
      bit = tables.skipBlock(bytes, bit);
      if (bit < 0 || bit > 8 * length) return undefined;
    }
  }
  const used = Math.ceil(bit / 8);
  if (length - used > MAX_STRAY_BYTES) return undefined;
  let at = 0;
  for (let byte = 0; byte < used; byte++) at += raw[at] === 0xff ? 2 : 1;
  return at;
}

/** Removes the 0 after each ff, and appends a few bytes, so that codes may be looked up beyond the end. */
function unstuff(raw: Uint8Array): { bytes: Uint8Array; length: number } {
  const bytes = new Uint8Array(raw.length + 8);
  let length = 0;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at]!;
    if (byte === 0xff && raw[at + 1] !== 0) continue; // a fill byte before a marker
    if (byte === 0xff) at++;
    bytes[length++] = byte;
  }
  return { bytes, length };
}
