import { expect, it } from 'vitest';
import type { Raster } from './raster.ts';
import { createResampler } from './resample.ts';

const grey = (width: number, height: number, pixels: number[]): Raster => ({
  width,
  height,
  pixels: Uint8Array.from(pixels),
  colour: 'grey',
});

it.each([
  ['a row', grey(3, 1, [0, 90, 180]), { width: 2, height: 1 }, [30, 150]],
  ['a column', grey(1, 3, [0, 90, 180]), { width: 1, height: 2 }, [30, 150]],
  ['halves', grey(4, 2, [0, 10, 255, 255, 20, 30, 255, 255]), { width: 2, height: 1 }, [15, 255]],
  // the middle counts for a quarter in each
  ['both ways', grey(3, 3, [9, 9, 9, 9, 90, 9, 9, 9, 9]), { width: 2, height: 2 }, [18, 18, 18, 18]],
])('each pixel is the mean of the area that it covers: %s', (_, raster, to, expected) => {
  expect([...createResampler()(raster, to).pixels]).toEqual(expected);
});

it('keeps colours apart, and sizes that follow each other', () => {
  const resample = createResampler();
  const colours: Raster = {
    width: 3,
    height: 1,
    pixels: Uint8Array.of(0, 9, 200, 90, 9, 200, 180, 9, 200),
    colour: 'rgb',
  };
  const halved = () => [...resample(colours, { width: 2, height: 1 }).pixels];
  expect(halved()).toEqual([30, 9, 200, 150, 9, 200]);
  expect([...resample(grey(2, 2, [1, 3, 5, 7]), { width: 1, height: 1 }).pixels]).toEqual([4]);
  expect(halved()).toEqual([30, 9, 200, 150, 9, 200]);
});

it.each([
  [8, 3000, 1, 320],
  [1999, 7, 320, 1],
  [481, 271, 320, 180],
])('what is white stays white, and what is black black, from %ix%i to %ix%i', (width, height, wide, high) => {
  const resample = createResampler();
  for (const level of [0, 255]) {
    const { pixels } = resample(grey(width, height, Array(width * height).fill(level)), { width: wide, height: high });
    expect(new Set(pixels)).toEqual(new Set([level]));
  }
  // no share is below 0: nothing falls below black, which would come out white
  const striped = Array.from({ length: width * height }, (_, at) => (at % 10 === 9 ? 255 : 0));
  const { pixels } = resample(grey(width, height, striped), { width: wide, height: high });
  expect(Math.max(...pixels)).toBeLessThan(255);
});
