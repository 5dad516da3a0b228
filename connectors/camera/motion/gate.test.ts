import { type CameraSettings, cameraSettings } from '@framewire/contract';
import { silentLog } from '@framewire/testkit';
import { describe, expect, it } from 'vitest';
import { createFrameGate, type Decision } from './gate.ts';
import type { DecodedGrey } from './grey/decode.ts';

const SIZE = { width: 40, height: 30, orientation: 1 };

/** A grey frame with a thing at x. */
function frame(x?: number): DecodedGrey {
  const pixels = new Uint8Array(SIZE.width * SIZE.height).fill(120);
  if (x !== undefined) for (let y = 5; y < 25; y++) pixels.fill(30, y * SIZE.width + x, y * SIZE.width + x + 6);
  return { ...SIZE, pixels };
}

function setUp(settings: CameraSettings, { decodeMs = 0 } = {}) {
  let now = 0;
  let decoded = 0;
  let current = cameraSettings.parse(settings);
  let today = new Date('2026-03-02T12:00:00');
  const decisions: (Decision & { n: number })[] = [];
  let offered = 0;
  const gate = createFrameGate({
    camera_id: 'door',
    settings: () => current,
    async decode(jpeg) {
      decoded++;
      await new Promise((resolve) => setTimeout(resolve, decodeMs));
      if (jpeg[0] === 255) throw new Error('damaged');
      return frame(jpeg[0] || undefined);
    },
    log: silentLog,
    clock: () => now,
    today: () => today,
  });
  return {
    decisions,
    decoded: () => decoded,
    set: (next: CameraSettings) => {
      current = cameraSettings.parse(next);
    },
    at: (time: string) => {
      today = new Date(`2026-03-02T${time}:00`);
    },
    /** @param x where the thing is; 0: nowhere; 255: the JPEG is damaged. */
    offer(x = 0) {
      const n = ++offered;
      gate.offer(Uint8Array.of(x), (decision) => decisions.push({ n, ...decision }));
    },
    /** So many frames, ten a second. */
    async play(frames: number, x: (n: number) => number = () => 0) {
      for (let n = 0; n < frames; n++) {
        this.offer(x(n));
        await new Promise((resolve) => setImmediate(resolve));
        await new Promise((resolve) => setTimeout(resolve, 0));
        now += 100;
      }
    },
    stills: () => decisions.filter(({ still }) => still === 'no_motion').length,
  };
}

describe('the gate', () => {
  it('costs nothing while it is off: no frame is decoded, and each is decided at once', async () => {
    const { offer, decoded, decisions } = setUp({ zones: [] });
    for (let n = 0; n < 20; n++) offer();
    expect(decisions).toEqual(Array.from({ length: 20 }, (_, n) => ({ n: n + 1 })));
    expect(decoded()).toBe(0);
  });

  it('is closed while nothing moves, and says how often a frame is detected all the same', async () => {
    const gate = setUp({ motion: { sensitivity: 50, smallest_area: 0.002, detect_every_s: 7 } });
    await gate.play(50);
    expect(gate.stills()).toBeGreaterThanOrEqual(48); // the first is detected: nothing is known yet
    expect(gate.decisions.at(-1)).toEqual({ n: 50, still: 'no_motion', detectEveryS: 7 });
    expect(gate.decoded()).toBeLessThanOrEqual(26); // not each is looked at
  });

  it('opens with motion, and stays open for a while after it', async () => {
    const gate = setUp({ motion: {} as never });
    await gate.play(30);
    gate.decisions.length = 0;
    await gate.play(20, (n) => 5 + n);
    expect(gate.stills()).toBeLessThanOrEqual(2);
    await gate.play(20);
    expect(gate.stills()).toBeLessThanOrEqual(2);
    await gate.play(300);
    gate.decisions.length = 0;
    await gate.play(20);
    expect(gate.stills()).toBe(20);
  });

  it('keeps frames in their order while one is looked at, and detects them where it cannot keep up', async () => {
    const gate = setUp({ motion: {} as never }, { decodeMs: 20 });
    for (let n = 0; n < 4; n++) gate.offer();
    expect(gate.decisions).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(gate.decisions.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
    const slow = setUp({ motion: {} as never }, { decodeMs: 10_000 });
    for (let n = 0; n < 10; n++) slow.offer();
    expect(slow.decisions).toEqual(Array.from({ length: 10 }, (_, n) => ({ n: n + 1 })));
    await slow.play(20); // and no second one is decoded meanwhile
    expect([slow.stills(), slow.decoded()]).toEqual([0, 1]);
  });

  it('has a frame detected that it cannot decode', async () => {
    const gate = setUp({ motion: {} as never });
    await gate.play(10);
    await gate.play(2);
    gate.decisions.length = 0;
    await gate.play(1, () => 255);
    expect(gate.decisions).toEqual([{ n: 13 }]);
  });

  it('is closed outside the hours of the camera, without a look at its frames', async () => {
    const gate = setUp({ hours: [{ from: '08:00', to: '18:00' }] });
    gate.offer();
    gate.at('18:00');
    gate.offer();
    gate.at('08:00');
    gate.offer();
    expect(gate.decisions).toEqual([{ n: 1 }, { n: 2, still: 'outside_hours' }, { n: 3 }]);
    expect(gate.decoded()).toBe(0);
  });

  it('follows its settings while it runs: off and on, and a mask', async () => {
    const gate = setUp({ motion: {} as never });
    await gate.play(30);
    gate.set({});
    gate.decisions.length = 0;
    await gate.play(10);
    expect(gate.stills()).toBe(0);
    const left = {
      points: [
        [0, 0],
        [0.5, 0],
        [0.5, 1],
        [0, 1],
      ] as [number, number][],
    };
    gate.set({ motion: {} as never, masks: [left] });
    await gate.play(10);
    gate.decisions.length = 0;
    await gate.play(10, (n) => 2 + n); // within the mask
    expect(gate.stills()).toBe(10);
    await gate.play(10, (n) => 22 + n);
    expect(gate.stills()).toBeLessThan(14);
  });
});
