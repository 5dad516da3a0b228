import { isRestart, SOI, SOS } from '@framewire/contract';
import { createHuffman, type Huffman, type HuffmanTables } from './huffman.ts';
import type { PictureHeader } from './picture.ts';

/**
 * More than webcams leave behind the data of an interval, and less than a packet that was lost or a picture of another size does. No
 * more where all are zeros: what a buffer held after half a picture reads as blocks too.
 */
const MAX_STRAY_BYTES = 64;

/**
 * The same picture without the bytes that stand behind the data of its scans or restart intervals, before the next marker: USB webcams
 * leave some in nearly every frame. The data is followed code by code to know where it ends; that costs about as much as decoding it.
 * @returns undefined where there are none, too many, or a pixel is missing beside them; and for progressive pictures, which no webcam sends.
 */
export function withoutStrayData(jpeg: Uint8Array, picture: PictureHeader): Uint8Array | undefined {
  if (picture.progressive) return undefined;
  const frame = readComponents(jpeg, picture);
  const huffman = createHuffman();
  const parts: Uint8Array[] = [Uint8Array.of(0xff, SOI)];
  let interval = 0;
  for (const { marker, start, end, data } of picture.segments) {
    parts.push(jpeg.subarray(start, data ?? end));
    if (marker === DHT) huffman.define(jpeg.subarray(start + 4, end));
    if (marker === DRI) interval = (jpeg[start + 4]! << 8) | jpeg[start + 5]!;
    if (marker !== SOS) continue;
    const scan = readScan(jpeg, start, frame, huffman);
    const kept = scan && cutIntervals(jpeg.subarray(data!, end), scan, interval);
    if (!kept) return undefined;
    parts.push(...kept);
  }
  const tidied = Buffer.concat(parts);
  return tidied.length < jpeg.length ? tidied : undefined;
}

const DHT = 0xc4;
const DRI = 0xdd;

interface Component {
  id: number;
  /** How many blocks of 8 x 8 it has in an interleaved unit, and in a scan of its own. */
  perUnit: number;
  alone: number;
}

interface FrameComponents {
  components: Component[];
  units: number;
}

function readComponents(
  jpeg: Uint8Array,
  { segments, width, height, components: count }: PictureHeader,
): FrameComponents {
  const { start } = segments.find(({ marker }) => marker === 0xc0 || marker === 0xc1)!;
  const all = Array.from({ length: count }, (_, i) => {
    const [id = 0, sampling = 0] = jpeg.subarray(start + 10 + 3 * i);
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

/** What a scan's data holds: so many units, each of blocks with these tables. */
interface Scan {
  units: number;
  blocks: HuffmanTables[];
}

function readScan(
  jpeg: Uint8Array,
  start: number,
  { components, units }: FrameComponents,
  huffman: Huffman,
): Scan | undefined {
  const count = jpeg[start + 4]!;
  const blocks: HuffmanTables[] = [];
  for (let i = 0; i < count; i++) {
    const [id, choice = 0] = jpeg.subarray(start + 5 + 2 * i);
    const component = components.find((each) => each.id === id);
    const tables = huffman.tables(choice >> 4, choice & 15);
    if (!component || !tables) return undefined;
    if (count === 1) return { units: component.alone, blocks: [tables] };
    for (let n = 0; n < component.perUnit; n++) blocks.push(tables);
  }
  return { units, blocks };
}

/** The data of a scan cut where each of its intervals ends, with the restart markers between. */
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
    if (left === 0) return parts; // a restart behind the last interval begins nothing
    if (data[to + 1] !== 0xd0 + (restarts++ % 8)) return undefined;
    parts.push(data.subarray(to, to + 2));
    from = to + 2;
  }
}

/** Where the next restart marker is, else the end. */
function findRestart(data: Uint8Array, from: number): number {
  for (let at = data.indexOf(0xff, from); at >= 0 && at < data.length - 1; at = data.indexOf(0xff, at + 1)) {
    if (isRestart(data[at + 1]!)) return at;
  }
  return data.length;
}

/** Where so many units end in an interval's data; undefined where they do not all stand there, or more behind them than is stray. */
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

/** Without the zeros that stand behind each ff, and with some bytes of room behind it, so that codes may be looked up beyond the end. */
function unstuff(raw: Uint8Array): { bytes: Uint8Array; length: number } {
  const bytes = new Uint8Array(raw.length + 8);
  let length = 0;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at]!;
    if (byte === 0xff && raw[at + 1] !== 0) continue; // fills up the room before a marker
    if (byte === 0xff) at++;
    bytes[length++] = byte;
  }
  return { bytes, length };
}
