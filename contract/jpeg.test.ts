import { describe, expect, it } from 'vitest';
import { isJpegComplete, JpegError, readJpegHeader } from './jpeg.ts';

const bytes = (hex: string) =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (b) => Number.parseInt(b, 16));
const SOI = 'ff d8';
const APP0 = 'ff e0 00 04 00 00';
const SOF = (marker: string, w: string, h: string, components = '03') =>
  `ff ${marker} 00 0b 08 ${h} ${w} ${components} 01 11 00`;
const SOS = 'ff da 00 02';
const jpeg = (...segments: string[]) => bytes([SOI, ...segments].join(' '));

describe('the header of a JPEG', () => {
  it('tells size, components and kind', () => {
    expect(readJpegHeader(jpeg(APP0, SOF('c0', '02 80', '01 e0'), SOS))).toEqual({
      width: 640,
      height: 480,
      components: 3,
      progressive: false,
    });
    expect(readJpegHeader(jpeg(SOF('c2', '00 01', '00 01', '01'), SOS))).toMatchObject({
      components: 1,
      progressive: true,
    });
  });

  it('allows fill bytes before a marker', () => {
    expect(readJpegHeader(jpeg('ff ff', APP0.slice(3), SOF('c0', '00 10', '00 10'), SOS)).width).toBe(16);
  });

  it.each([
    ['nothing at all', bytes(''), /empty/],
    ['text', new TextEncoder().encode('hello'), /starts with 68 65 6c 6c/],
    ['a PNG', bytes('89 50 4e 47 0d 0a'), /it is a PNG/],
    ['a cut in the header', jpeg(APP0, 'ff c0 00 0b 08 01'), /truncated/],
    ['no size before the data', jpeg(APP0, SOS), /before the size/],
    ['no pixels', jpeg(SOF('c0', '00 00', '01 e0'), SOS), /0x480/],
    ['a lost marker', jpeg(APP0, '00 11 22 33 44'), /no marker/],
    ['only a start', bytes(SOI), /truncated/],
  ])('refuses %s in words', (_what, input, words) => {
    expect(() => readJpegHeader(input)).toThrow(words);
    expect(() => readJpegHeader(input)).toThrow(JpegError);
  });

  it('knows a whole picture from one that was cut off', () => {
    expect(isJpegComplete(jpeg(SOS, '11 22', 'ff d9'))).toBe(true);
    expect(isJpegComplete(jpeg(SOS, '11 22', 'ff d9', '00 00'))).toBe(true);
    expect(isJpegComplete(jpeg(SOS, '11 22'))).toBe(false);
  });
});
