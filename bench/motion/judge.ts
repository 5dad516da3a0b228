import { motionSettings } from '@framewire/contract';
import type { Log } from '@framewire/runtime/telemetry';
import { createFrameGate } from '../../connectors/camera/motion/gate.ts';
import { createGreyDecoder } from '../../connectors/camera/motion/grey/decode.ts';
import { APPEARANCES, drawFilm, FPS, type Props, SECONDS, type Weather } from './film.ts';

/** Something is missed unless a frame of it is detected within so many seconds after it came, and before it left. */
const SEEN_WITHIN_S = 0.5;

export interface Judgement {
  frames: number;
  still: number;
  /** Of frames without anything in them. */
  empty: { frames: number; still: number };
  appearances: number;
  missed: number;
  /** The longest that one was there before a frame of it was detected, seconds. */
  latest: number;
  /** CPU of the gate for each frame of the film, milliseconds. */
  cpuMs: number;
}

/** Shows a film to the gate, by the film's own clock. */
export async function judgeFilm(props: Props, weather: Weather, log: Log): Promise<Judgement> {
  let now = 0;
  const settings = { motion: motionSettings.parse({}) };
  const gate = createFrameGate({
    camera_id: 'bench',
    settings: () => settings,
    decode: createGreyDecoder(),
    log,
    clock: () => now,
  });
  const detected: boolean[] = [];
  let detectedAt = Number.NEGATIVE_INFINITY;
  let cpu = 0;
  for await (const jpeg of drawFilm(props, weather)) {
    const before = process.cpuUsage();
    await new Promise<void>((resolve) =>
      gate.offer(jpeg, ({ still, detectEveryS = 0 }) => {
        const isDetected = still === undefined || now - detectedAt >= detectEveryS * 1000;
        if (isDetected) detectedAt = now;
        detected.push(isDetected);
        resolve();
      }),
    );
    const { user, system } = process.cpuUsage(before);
    cpu += (user + system) / 1000;
    now += 1000 / FPS;
  }
  return { ...count(detected), cpuMs: cpu / detected.length };
}

function count(detected: boolean[]): Omit<Judgement, 'cpuMs'> {
  const isStill = (one: boolean) => !one;
  const empty = detected.filter((_, n) => !APPEARANCES.some(({ from, to }) => n / FPS >= from && n / FPS < to));
  const delays = APPEARANCES.map(({ from, to }) => {
    const first = detected.findIndex((one, n) => one && n / FPS >= from && n / FPS < to);
    return first < 0 ? SECONDS : first / FPS - from;
  });
  return {
    frames: detected.length,
    still: detected.filter(isStill).length,
    empty: { frames: empty.length, still: empty.filter(isStill).length },
    appearances: delays.length,
    missed: delays.filter((delay) => delay > SEEN_WITHIN_S).length,
    latest: Math.max(...delays),
  };
}
