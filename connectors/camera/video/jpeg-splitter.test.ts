import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
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

/** Restart markers and fill bytes within the picture data, as cameras write them. */
function insertRestarts(jpeg: Buffer): Buffer {
  return Buffer.concat([jpeg.subarray(0, -2), Buffer.from([0xff, 0xd0, 0x12, 0xff, 0x00, 0xff, 0xff, 0xd9])]);
}

function split(bytes: Buffer, size: number, maxBytes?: number): Buffer[] {
  const found: Buffer[] = [];
  const splitter = createJpegSplitter((jpeg) => found.push(Buffer.from(jpeg)), maxBytes);
  for (let at = 0; at < bytes.length; at += size) splitter.push(Buffer.from(bytes.subarray(at, at + size)));
  return found;
}

describe('the splitter', () => {
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

  it('hands a JPEG on with its last byte', () => {
    let found = 0;
    const splitter = createJpegSplitter(() => found++);
    splitter.push(baseline.subarray(0, -1));
    expect(found).toBe(0);
    splitter.push(baseline.subarray(-1));
    expect(found).toBe(1);
  });
});
