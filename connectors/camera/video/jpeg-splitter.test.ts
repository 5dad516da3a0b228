import sharp from 'sharp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createJpegSplitter } from './jpeg-splitter.ts';

// the same at every run: its Huffman tables, and with them the place of every marker, follow from the pixels
const WIDTH = 64;
const noise = Uint8Array.from({ length: WIDTH * 48 * 3 }, (_, i) => ((i * 2654435761) >>> 16) & 0xff);
const picture = () => sharp(noise, { raw: { width: WIDTH, height: 48, channels: 3 } });
const baseline = await picture().jpeg().toBuffer();
const progressive = await picture().jpeg({ progressive: true }).toBuffer();
const thumbnail = insert(baseline, Buffer.concat([Buffer.from('Exif\0\0'), progressive]), 0xe1);
const restarts = insertRestarts(baseline);

/** The JPEG with a segment right behind its start. */
function insert(jpeg: Buffer, content: Buffer, marker: number): Buffer {
  const segment = Buffer.alloc(4);
  segment.set([0xff, marker]);
  segment.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, content, jpeg.subarray(2)]);
}

/** Restart markers and fill bytes within the image data, as cameras write them. */
function insertRestarts(jpeg: Buffer): Buffer {
  return Buffer.concat([jpeg.subarray(0, -2), Buffer.from([0xff, 0xd0, 0x12, 0xff, 0x00, 0xff, 0xff, 0xd9])]);
}

function split(bytes: Buffer, size: number, maxBytes?: number): Buffer[] {
  const found: Buffer[] = [];
  const splitter = createJpegSplitter({ onJpeg: (jpeg) => found.push(jpeg), maxBytes });
  for (let at = 0; at < bytes.length; at += size) splitter.push(Buffer.from(bytes.subarray(at, at + size)));
  return found;
}

/** Bytes that were moved from one buffer into another since. */
function countMoved(): () => number {
  let bytes = 0;
  const { concat } = Buffer;
  vi.spyOn(Buffer, 'concat').mockImplementation((list, total) => {
    const joined = concat(list, total);
    bytes += joined.length;
    return joined;
  });
  const { set } = Uint8Array.prototype;
  vi.spyOn(Uint8Array.prototype, 'set').mockImplementation(function (this: Uint8Array, array, offset) {
    bytes += array.length;
    set.call(this, array, offset);
  });
  const { copy } = Buffer.prototype;
  vi.spyOn(Buffer.prototype, 'copy').mockImplementation(function (this: Buffer, ...args) {
    const copied = copy.apply(this, args);
    bytes += copied;
    return copied;
  });
  return () => bytes;
}

describe('the splitter', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const pictures = { baseline, progressive, thumbnail, restarts };
  const all = Object.values(pictures);

  it.each([1, 2, 3, 7, 100, 4096, 1_000_000])('finds each JPEG whole in pieces of %i bytes', (size) => {
    const found = split(Buffer.concat([...all, ...all]), size);
    expect(found.length).toBe(8);
    for (const [i, jpeg] of found.entries()) expect(jpeg.equals(all[i % 4]!)).toBe(true);
  });

  it('passes over what is no JPEG, and begins again at the next', () => {
    const junk = Buffer.from([0x00, 0xff, 0xd8, 0x00, 0x13, 0xff, 0xd9, 0xff]);
    for (const size of [1, 5, 1000]) {
      expect(split(Buffer.concat([junk, baseline, junk, junk, progressive, junk]), size)).toEqual([
        baseline,
        progressive,
      ]);
    }
  });

  it('loses a picture that is cut off, and not the one after the next', () => {
    const found = split(Buffer.concat([baseline.subarray(0, 300), baseline, progressive]), 50);
    expect(found.at(-1)?.equals(progressive)).toBe(true);
  });

  it('holds no more than it may', () => {
    const endless = Buffer.concat([baseline.subarray(0, -2), Buffer.alloc(10_000, 1)]);
    expect(
      split(Buffer.concat([endless, baseline, progressive]), 500, 8_000)
        .at(-1)
        ?.equals(progressive),
    ).toBe(true);
  });

  it('keeps stray bytes before a marker, as cheap cameras write them', () => {
    const beforeEnd = Buffer.concat([baseline.subarray(0, -2), Buffer.from([0x00, 0x12, 0xff, 0xd9])]);
    const beforeTable = Buffer.concat([baseline.subarray(0, 20), Buffer.from([0x00, 0x12]), baseline.subarray(20)]);
    for (const size of [1, 7, 1_000_000]) {
      expect(split(Buffer.concat([beforeEnd, beforeTable]), size)).toEqual([beforeEnd, beforeTable]);
    }
  });

  it('says that a picture is too large', () => {
    let said = 0;
    const splitter = createJpegSplitter({ onJpeg: () => {}, onTooLarge: () => said++, maxBytes: 8_000 });
    splitter.push(Buffer.concat([baseline.subarray(0, -2), Buffer.alloc(10_000, 1)]));
    splitter.push(Buffer.alloc(10_000, 1));
    expect(said).toBe(1);
  });

  it.each([
    ['a picture that never ends', () => Buffer.alloc(64 * 1024, 1)],
    [
      'starts of pictures and nothing else',
      () => Buffer.alloc(64 * 1024, Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xf0])),
    ],
  ])('moves no byte more than a few times: %s', (_, make) => {
    const moved = countMoved();
    const splitter = createJpegSplitter({ onJpeg: () => {}, maxBytes: 64 * 1024 * 1024 });
    splitter.push(baseline.subarray(0, -2));
    const chunk = make();
    const chunks = 500;
    for (let i = 0; i < chunks; i++) splitter.push(chunk);
    expect(moved()).toBeLessThan(4 * chunks * chunk.length);
  });

  it('hands a JPEG on with its last byte', () => {
    let found = 0;
    const splitter = createJpegSplitter({ onJpeg: () => found++ });
    splitter.push(baseline.subarray(0, -1));
    expect(found).toBe(0);
    splitter.push(baseline.subarray(-1));
    expect(found).toBe(1);
  });
});
