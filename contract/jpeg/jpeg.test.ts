import { describe, expect, it } from 'vitest';
import { judgeJpeg } from './jpeg.ts';
import { JpegError } from './segments.ts';

const bytes = (hex: string) =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (b) => Number.parseInt(b, 16));
const SOI = 'ff d8';
const APP0 = 'ff e0 00 04 00 00';
const SOF = (marker: string, w: string, h: string, components = '03') =>
  `ff ${marker} 00 ${components === '01' ? '0b' : '11'} 08 ${h} ${w} ${components} 01 11 00${components === '01' ? '' : ' 02 11 00 03 11 00'}`;
const SOS = 'ff da 00 0c 03 01 00 02 00 03 00 00 3f 00';
const DATA = '11 '.repeat(300);
const EOI = 'ff d9';
const jpeg = (...segments: string[]) => bytes([SOI, ...segments].join(' '));

describe('the header of a JPEG', () => {
  it('has size, components, kind and orientation', () => {
    const exif =
      'ff e1 00 22 45 78 69 66 00 00 4d 4d 00 2a 00 00 00 08 00 01 01 12 00 03 00 00 00 01 00 06 00 00 00 00 00 00';
    expect(judgeJpeg(jpeg(exif, APP0, SOF('c0', '02 80', '01 e0'), SOS, DATA, EOI))).toMatchObject({
      width: 640,
      height: 480,
      components: 3,
      progressive: false,
      orientation: 6,
    });
    const grey = 'ff da 00 08 01 01 00 00 3f 00';
    expect(judgeJpeg(jpeg(SOF('c2', '00 01', '00 01', '01'), grey, DATA, EOI))).toMatchObject({
      components: 1,
      progressive: true,
      orientation: 1,
    });
  });

  it('allows fill bytes before a marker', () => {
    expect(judgeJpeg(jpeg('ff ff', APP0.slice(3), SOF('c0', '00 10', '00 10'), SOS, DATA, EOI)).width).toBe(16);
  });

  it.each([
    ['nothing at all', bytes(''), /empty/],
    ['text', new TextEncoder().encode('hello'), /starts with 68 65 6c 6c/],
    ['a PNG', bytes('89 50 4e 47 0d 0a'), /it is a PNG/],
    ['a cut in the header', jpeg(APP0, 'ff c0 00 0b 08 01'), /ends within its segment ff c0 at byte 8/],
    [
      'a header of another length',
      jpeg(APP0, 'ff c0 00 0b 08 00 10 00 10 03 01 11 00'),
      /names 3 components in 3 bytes/,
    ],
    ['an end before any data', jpeg(APP0, 'ff d9'), /end marker comes before/],
    ['no size before the data', jpeg(APP0, SOS, '11', 'ff d9'), /before the size/],
    ['no pixels', jpeg(SOF('c0', '00 00', '01 e0'), SOS), /0x480/],
    ['a lost marker', jpeg(APP0, '00 11 22 33 44'), /before its image data/],
    ['a marker that is none', jpeg(APP0, 'ff 42 00 02'), /unknown marker ff 42 at byte 8/],
    ['only a start', bytes(SOI), /truncated/],
  ])('refuses %s with a message', (_what, input, message) => {
    expect(() => judgeJpeg(input)).toThrow(message);
    expect(() => judgeJpeg(input)).toThrow(JpegError);
  });

  it('passes over bytes before a marker, as every decoder does', () => {
    expect(judgeJpeg(jpeg('00 00 12', APP0, 'ff 00 77', SOF('c0', '00 10', '00 10'), SOS, DATA, EOI)).width).toBe(16);
  });
});

describe('the judgement of a whole JPEG', () => {
  const HEAD = [APP0, SOF('c0', '00 10', '00 10')];

  it('passes whatever stands behind the end marker', () => {
    for (const tail of ['', '00 '.repeat(9_000), 'ff d8 ff e0 12', 'ff d9 ff d9'])
      expect(judgeJpeg(jpeg(...HEAD, SOS, '11 22', 'ff d9', tail))).toMatchObject({ width: 16, height: 16 });
  });

  it.each([
    ['no end', jpeg(...HEAD, SOS, '11 22'), 'damaged', /end marker is missing/],
    ['no scan', jpeg(...HEAD, 'ff d9'), 'damaged', /more than its 0 bytes of image data/],
    [
      'a component that no scan tells',
      jpeg(...HEAD, 'ff da 00 08 01 01 00 00 3f 00', '11 22', 'ff d9'),
      'damaged',
      /leave out a part of the image, of component 2 of 3/,
    ],
    [
      'a scan that names nothing',
      jpeg(...HEAD, 'ff da 00 02', '11 22', 'ff d9'),
      'damaged',
      /does not say what is in it/,
    ],
    [
      'more pixels than are wanted',
      jpeg(APP0, SOF('c0', '10 00', '10 00'), SOS, '11 22', 'ff d9'),
      'too_many_pixels',
      /4096x4096 pixels; at most 1000000/,
    ],
  ])('refuses %s', (_, input, kind, message) => {
    expect(() => judgeJpeg(input, { maxPixels: 1_000_000 })).toThrow(message);
    expect(() => judgeJpeg(input, { maxPixels: 1_000_000 })).toThrow(expect.objectContaining({ kind }));
  });
});
