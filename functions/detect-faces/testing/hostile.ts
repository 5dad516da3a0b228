/** JPEGs made to do harm, each with the outcome it must have. */
import { deflateSync } from 'node:zlib';
import type { Failure } from '../jpeg/failure.ts';
import { drawScene } from './scene.ts';

export interface Hostile {
  name: string;
  jpeg: Buffer;
  /** `same`: it is a good picture for all that stands around it, and has the boxes of `source`. Undefined: any clear outcome. */
  outcome?: Failure | 'same';
}

export interface Sources {
  baseline: Buffer;
  progressive: Buffer;
  all: Buffer[];
}

/** Real pictures, as encoders write them, small enough for thousands. */
export async function drawSources(): Promise<Sources> {
  const draw = () => drawScene({ scale: 0.5 });
  const baseline = await draw().jpeg({ quality: 90 }).toBuffer();
  const progressive = await draw().jpeg({ quality: 90, progressive: true }).toBuffer();
  const others = [
    draw().greyscale().jpeg(),
    draw().toColourspace('cmyk').jpeg(),
    draw().jpeg({ chromaSubsampling: '4:4:4', quality: 60 }),
    draw()
      .withMetadata({ orientation: 6 })
      .withExif({ IFD0: { Artist: 'nobody' } })
      .jpeg(),
    draw().greyscale().jpeg({ progressive: true }),
  ];
  return {
    baseline,
    progressive,
    all: [baseline, progressive, ...(await Promise.all(others.map((each) => each.toBuffer())))],
  };
}

/** By hand, one for each way in which a picture can lie. At most `maxBytes` each. */
export function makeHostile({ baseline, progressive }: Sources, maxBytes: number): Hostile[] {
  const picture = (name: string, jpeg: Buffer, outcome?: Hostile['outcome']): Hostile => ({ name, jpeg, outcome });
  const lastScan = progressive.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scans = (count: number) => [
    progressive.subarray(0, -2),
    ...Array(count).fill(progressive.subarray(lastScan, -2)),
    END,
  ];
  const many = (unit: Buffer) => {
    const room = maxBytes - baseline.length;
    return Buffer.alloc(room - (room % unit.length), unit);
  };
  const behind = (...parts: Buffer[]) => Buffer.concat([baseline, ...parts]);
  const within = (...parts: Buffer[]) => Buffer.concat([START, ...parts, baseline.subarray(2)]);
  const zipBomb = deflateSync(Buffer.alloc(40_000_000));
  const full = Buffer.alloc(65_533, 0x41);
  return [
    picture('65500x65500 pixels', claiming(baseline, 65_500, 65_500), 'too_many_pixels'),
    picture('65535x1 pixels', claiming(baseline, 65_535, 1), 'dimensions'),
    picture('more pixels than bits', claiming(baseline, 7_000, 7_000), 'damaged'),
    picture('more pixels than there are', claiming(baseline, 320, 2_000), 'damaged'),
    picture('fewer pixels than there are', claiming(baseline, 160, 120), 'damaged'),
    picture('a progressive one of more pixels than there are', claiming(progressive, 640, 640), 'damaged'),
    picture('two sizes', insertBefore(baseline, 0xda, segmentOf(baseline, 0xc0)), 'damaged'),
    picture('1,000 scans', Buffer.concat(scans(1_000)), 'too_complex'),
    picture('60 scans', Buffer.concat(scans(50))),
    picture('no scan but the first', cutAfterFirstScan(progressive), 'damaged'),
    picture('segments without number', within(many(Buffer.from([0xff, 0xfe, 0, 2]))), 'too_complex'),
    picture('restarts outside of data', within(many(Buffer.from([0xff, 0xd0]))), 'too_complex'),
    picture('fill bytes without number', within(many(Buffer.from([0xff]))), 'same'),
    picture(
      'stuffed zeros without number',
      Buffer.concat([baseline.subarray(0, -2), many(Buffer.from([0xff, 0])), END]),
      'damaged',
    ),
    picture('a ZIP behind it', behind(Buffer.from('PK\x03\x04'), zipBomb), 'same'),
    picture('a page behind it', behind(Buffer.from('<html><script>alert(1)</script>')), 'same'),
    picture('another picture behind it', behind(progressive), 'same'),
    picture('a script in a comment', within(segment(0xfe, Buffer.from('<?php system($_GET[0]); ?>'))), 'same'),
    picture('a whole picture in its metadata', within(segment(0xe1, baseline.subarray(0, 60_000))), 'same'),
    picture('an end in its metadata alone', within(segment(0xe1, END)).subarray(0, -2), 'damaged'),
    picture(
      'truncated, with a ZIP and an end behind',
      Buffer.concat([baseline.subarray(0, 4_000), zipBomb.subarray(0, 999), END]),
      'damaged',
    ),
    picture('a PDF before it', Buffer.concat([Buffer.from('%PDF-1.7\n'), baseline]), 'not_jpeg'),
    picture('a GIF by its first bytes', Buffer.concat([Buffer.from('GIF89a'), baseline]), 'not_jpeg'),
    picture(
      'colour profiles to the limit',
      within(many(segment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\xff', 'latin1'), full.subarray(14)])))),
      'same',
    ),
    picture(
      'a zip bomb for a colour profile',
      within(
        segment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), zipBomb.subarray(0, 60_000)])),
      ),
      'same',
    ),
    picture(
      'XMP to the limit',
      within(many(segment(0xe1, Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0'), full.subarray(29)])))),
      'same',
    ),
    picture(
      'entities in XMP',
      within(
        segment(
          0xe1,
          Buffer.from(
            `http://ns.adobe.com/xap/1.0/\0<!DOCTYPE x [<!ENTITY a "${'a'.repeat(9_000)}">]><x>${'&a;'.repeat(9_000)}</x>`,
          ),
        ),
      ),
      'same',
    ),
    picture(
      'an EXIF directory that follows itself',
      within(exif('4d4d002a00000008 0001 011a 0005 00000001 00000008 00000008')),
      'same',
    ),
    picture('65,535 EXIF entries', within(exif('4d4d002a00000008 ffff 011a 0005 ffffffff 00000008')), 'same'),
    picture('EXIF that points outside', within(exif('49492a00ffffffff')), 'same'),
    picture(
      'an orientation that is none',
      within(exif('4d4d002a00000008 0001 0112 0003 00000001 00090000 00000000')),
      'same',
    ),
    picture(
      'Photoshop’s blocks without an end',
      within(segment(0xed, Buffer.from('Photoshop 3.0\x008BIM\x04\x04\0\0\xff\xff\xff\xff', 'latin1'))),
      'same',
    ),
    picture(
      'a Huffman table of too many codes',
      changed(baseline, 0xc4, (table) => table.fill(0xff, 5, 21)),
      'damaged',
    ),
    picture(
      'a Huffman table of no code',
      changed(baseline, 0xc4, (table) => table.fill(0, 5, 21)),
      'damaged',
    ),
    picture(
      'another’s Huffman tables',
      changed(baseline, 0xc4, (table) => table.subarray(21).reverse()),
    ),
    picture('no Huffman tables', without(baseline, 0xc4)),
    picture('no quantisation tables', without(baseline, 0xdb), 'damaged'),
    picture(
      'quantisation by zero',
      changed(baseline, 0xdb, (table) => table.fill(0, 5)),
    ),
    picture(
      'restarts that do not come',
      insertBefore(baseline, 0xda, Buffer.from([0xff, 0xdd, 0, 4, 0, 1])),
      'damaged',
    ),
    picture(
      'restarts that nobody announced',
      Buffer.concat([baseline.subarray(0, 5_000), Buffer.from([0xff, 0xd3]), baseline.subarray(5_000)]),
    ),
    picture('arithmetic coding', withStartOfFrame(baseline, 0xc9), 'unsupported'),
    picture('lossless coding', withStartOfFrame(baseline, 0xc3), 'unsupported'),
    picture(
      '12 bits a sample',
      changed(baseline, 0xc0, (frame) => frame.fill(12, 4, 5)),
      'unsupported',
    ),
    picture(
      '255 components',
      changed(baseline, 0xc0, (frame) => frame.fill(255, 9, 10)),
      'damaged',
    ),
    picture(
      '2 components',
      changed(baseline, 0xc0, (frame) => frame.fill(2, 9, 10)),
      'damaged',
    ),
    picture(
      'no sampling',
      changed(baseline, 0xc0, (frame) => frame.fill(0, 11, 12)),
      'damaged',
    ),
    picture(
      'sampling of 15 to 1',
      changed(baseline, 0xc0, (frame) => frame.fill(0xff, 11, 12)),
      'damaged',
    ),
    picture('a segment of no length', within(Buffer.from([0xff, 0xe5, 0, 0])), 'damaged'),
    picture('a segment beyond the end', within(Buffer.from([0xff, 0xe5, 0xff, 0xff])), 'damaged'),
    picture('a start within', within(START), 'damaged'),
    picture('nothing but a start', START, 'damaged'),
    picture('nothing but a start and an end', Buffer.concat([START, END]), 'damaged'),
  ];
}

const START = Buffer.from([0xff, 0xd8]);
export const END = Buffer.from([0xff, 0xd9]);

export function segment(marker: number, payload: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

const exif = (tiff: string) =>
  segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), Buffer.from(tiff.replaceAll(' ', ''), 'hex')]));

/** Where the first segment of this kind begins and ends. */
function find(jpeg: Buffer, marker: number): [number, number] {
  for (let at = 2; at < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    if (jpeg[at + 1] === marker) return [at, at + 2 + jpeg.readUInt16BE(at + 2)];
  }
  throw new Error(`no segment ${marker.toString(16)}`);
}

const segmentOf = (jpeg: Buffer, marker: number) => jpeg.subarray(...find(jpeg, marker));

export function insertBefore(jpeg: Buffer, marker: number, what: Buffer): Buffer {
  const [at] = find(jpeg, marker);
  return Buffer.concat([jpeg.subarray(0, at), what, jpeg.subarray(at)]);
}

export function changed(jpeg: Buffer, marker: number, change: (segment: Buffer) => void): Buffer {
  const copy = Buffer.from(jpeg);
  change(segmentOf(copy, marker));
  return copy;
}

export function without(jpeg: Buffer, marker: number): Buffer {
  let rest = jpeg;
  for (;;) {
    try {
      const [start, end] = find(rest, marker);
      rest = Buffer.concat([rest.subarray(0, start), rest.subarray(end)]);
    } catch {
      return rest;
    }
  }
}

export const withStartOfFrame = (jpeg: Buffer, marker: number) =>
  changed(jpeg, 0xc0, (frame) => frame.fill(marker, 1, 2));

/** The same picture with another size in its header. */
export function claiming(jpeg: Buffer, width: number, height: number): Buffer {
  return changed(jpeg, jpeg.includes(Buffer.from([0xff, 0xc2])) ? 0xc2 : 0xc0, (frame) => {
    frame.writeUInt16BE(height, 5);
    frame.writeUInt16BE(width, 7);
  });
}

function cutAfterFirstScan(progressive: Buffer): Buffer {
  const [, data] = find(progressive, 0xda);
  for (let at = data; ; at++) {
    if (progressive[at] === 0xff && progressive[at + 1] !== 0) return Buffer.concat([progressive.subarray(0, at), END]);
  }
}
