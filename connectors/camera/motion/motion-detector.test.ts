import { describe, expect, it } from 'vitest';
import { HEIGHT, movesOf, rectangle, WIDTH, watch } from '../testing/grey-film.ts';

const light = (levels: Float32Array, gain: number, offset = 0) => {
  for (let i = 0; i < levels.length; i++) levels[i] = levels[i]! * gain + offset;
};
const person = { x: 40, y: 20, w: 6, h: 18 };

describe('motion', () => {
  it('is none in a room with the noise of a camera, by day and by night', () => {
    expect(movesOf(watch(60, () => {}))).toEqual([]);
    expect(movesOf(watch(60, (levels) => light(levels, 0.25), { noise: 4 }))).toEqual([]);
  });

  it('is what walks through the room, from its first look to its last', () => {
    const moves = movesOf(
      watch(30, (levels, t) => {
        if (t >= 10 && t < 18) rectangle(levels, { ...person, x: -6 + (t - 10) * 11 }, 60);
      }),
    );
    expect(moves[0]).toBeLessThan(10.5);
    expect(moves.filter((t) => t >= 10.5 && t < 17).length).toBeGreaterThan(30);
    expect(moves.filter((t) => t > 22)).toEqual([]);
  });

  it('is a small person at the far end', () => {
    const far = { w: 2, h: 6, y: 18 };
    const moves = movesOf(
      watch(30, (levels, t) => {
        if (t >= 10 && t < 20) rectangle(levels, { ...far, x: 20 + (t - 10) * 1.5 }, 40);
      }),
    );
    expect(moves[0]).toBeLessThan(10.5);
    expect(moves.filter((t) => t >= 11 && t < 20).length).toBeGreaterThan(35);
  });

  it('is a person who stands still and then moves', () => {
    const at = (t: number) => (t < 12 ? 10 + (t - 10) * 10 : t < 72 ? 30 : 30 + (t - 72) * 10);
    const moves = movesOf(
      watch(80, (levels, t) => {
        if (t >= 10) rectangle(levels, { ...person, x: at(t) }, 50);
      }),
    );
    expect(moves.some((t) => t >= 10 && t < 12)).toBe(true);
    expect(moves.filter((t) => t > 50 && t < 72)).toEqual([]); // part of the background by now
    expect(moves.find((t) => t >= 72)).toBeLessThan(73);
  });

  it('is not the light that is switched on, nor for ever a lamp that lights a part', () => {
    expect(movesOf(watch(40, (levels, t) => light(levels, t < 20 ? 0.3 : 1)))).toEqual([]);
    const lamp = watch(80, (levels, t) => {
      if (t < 20) return;
      for (let i = 0; i < levels.length; i++) if (i % WIDTH < WIDTH / 4) levels[i] = levels[i]! * 1.4;
    });
    expect(movesOf(lamp).filter((t) => t > 50)).toEqual([]);
    // whoever comes after that is seen
    const after = watch(40, (levels, t) => {
      if (t >= 30) rectangle(levels, { ...person, x: 10 + (t - 30) * 5 }, 60);
      light(levels, t < 20 ? 0.3 : 1);
    });
    expect(movesOf(after)[0]).toBeGreaterThanOrEqual(30);
    expect(movesOf(after)[0]).toBeLessThan(30.5);
  });

  it('is not a slow dawn, nor the exposure that follows a cloud', () => {
    expect(movesOf(watch(240, (levels, t) => light(levels, 0.2 + (0.8 * t) / 240)))).toEqual([]);
    expect(movesOf(watch(60, (levels, t) => light(levels, 1 - 0.3 * Math.max(0, Math.sin(t / 3)))))).toEqual([]);
  });

  it('is not rain, but who walks in it', () => {
    const rain = (levels: Float32Array, random: { between(a: number, b: number): number }) => {
      for (let n = 0; n < 120; n++) {
        const [x, y] = [Math.floor(random.between(0, WIDTH)), Math.floor(random.between(0, HEIGHT - 2))];
        for (let dy = 0; dy < 2; dy++) levels[(y + dy) * WIDTH + x]! += random.between(10, 40);
      }
    };
    expect(movesOf(watch(60, (levels, _, random) => rain(levels, random)))).toEqual([]);
    const walk = watch(60, (levels, t, random) => {
      if (t >= 40 && t < 46) rectangle(levels, { ...person, x: (t - 40) * 12 }, 50);
      rain(levels, random);
    });
    expect(movesOf(walk)[0]).toBeGreaterThanOrEqual(40);
    expect(movesOf(walk)[0]).toBeLessThan(40.6);
  });

  it('is ignored in a mask', () => {
    const ignored = new Uint8Array(WIDTH * HEIGHT);
    for (let i = 0; i < ignored.length; i++) if (i % WIDTH >= WIDTH / 2) ignored[i] = 1;
    const draw = (levels: Float32Array, t: number) =>
      rectangle(levels, { ...person, x: 60 + 8 * Math.sin(t), y: 20 }, 30);
    expect(movesOf(watch(20, draw)).length).toBeGreaterThan(50);
    expect(movesOf(watch(20, draw, { ignored }))).toEqual([]);
  });

  it('is what the settings say: smaller things and fainter ones where they ask for them', () => {
    const faint = (levels: Float32Array, t: number) => {
      if (t < 10) return;
      for (let y = 20; y < 30; y++)
        for (let x = 0; x < 8; x++) levels[y * WIDTH + Math.floor(20 + x + (t - 10) * 3)]! += 11;
    };
    expect(movesOf(watch(20, faint))).toEqual([]);
    expect(movesOf(watch(20, faint, { settings: { sensitivity: 90 } })).length).toBeGreaterThan(10);
    const large = (levels: Float32Array, t: number) => rectangle(levels, { ...person, x: 10 + t }, 30);
    expect(movesOf(watch(20, large, { settings: { smallest_area: 0.2 } }))).toEqual([]);
  });
});
