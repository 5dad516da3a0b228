import { isDeepStrictEqual } from 'node:util';
import { type CameraRecord, countShed, type ResultRecord } from '@framewire/contract';
import { createLruMap } from '@framewire/runtime/process';

/** A mean over so many seconds is what a camera sends now, and over so many what it usually does. */
const CURRENT_S = 5;
const EXPECTED_S = 600;
/** Before so many seconds nothing is expected. */
const MIN_SECONDS = 30;
/** One that nobody heard of for so long is forgotten, seconds. */
const FORGET_AFTER = 3_600;
/** Cameras whose rate is kept: the one unheard of for longest is forgotten first. */
const MAX_CAMERAS = 6_000;

/** How one camera sends, by the outcomes of its frames: those that its source shed or found still are frames too. */
export interface FrameRateBaseline {
  /** Frames a second. */
  current: number;
  /** Undefined until it has sent for a while. */
  expected: number | undefined;
  /** Seconds since the newest outcome came. */
  silent: number;
}

export interface FrameRateBaselines {
  result(record: ResultRecord): void;
  /** The baseline of a camera starts over when its rate is changed. A camera that is not online has none. */
  camera(record: CameraRecord): void;
  /** To be called once a second. @param listening whether outcomes could come: a second in which none could is no silence. */
  tick(listening: boolean): void;
  all(): ReadonlyMap<string, FrameRateBaseline>;
  clear(): void;
}

interface Kept {
  counted: number;
  current: number;
  expected: number;
  seconds: number;
  lastAt: number;
  /** Of its connector, where it has one. */
  source?: CameraRecord;
}

/** @param clock milliseconds since the epoch. */
export function createFrameRateBaselines(clock: () => number = Date.now): FrameRateBaselines {
  const kept = createLruMap<string, Kept>(MAX_CAMERAS);

  function one(camera: string): Kept {
    let rate = kept.get(camera);
    if (!rate) {
      rate = { counted: 0, current: 0, expected: 0, seconds: 0, lastAt: clock() };
      kept.set(camera, rate);
    }
    return rate;
  }

  return {
    result({ camera_id, shed, still }) {
      const rate = one(camera_id);
      rate.counted += 1 + countShed(shed) + countShed(still);
      rate.lastAt = clock();
    },
    camera(record) {
      const { camera_id, state } = record;
      if (state === 'removed') {
        kept.delete(camera_id);
        return;
      }
      const rate = one(camera_id);
      if (rate.source && !isDeepStrictEqual(ratesOf(rate.source), ratesOf(record))) rate.seconds = 0;
      if (state !== rate.source?.state) rate.lastAt = clock();
      rate.source = record;
    },
    tick(listening) {
      const now = clock();
      for (const [camera, rate] of kept.entries()) {
        const { counted, seconds, source, lastAt } = rate;
        rate.counted = 0;
        if (!source && now - lastAt > FORGET_AFTER * 1000) kept.delete(camera);
        if (!listening) rate.lastAt = now;
        if (!listening || (source && source.state !== 'online')) continue;
        const mean = (before: number, over: number) => before + (counted - before) / Math.min(over, seconds + 1);
        rate.current = mean(rate.current, CURRENT_S);
        rate.expected = mean(rate.expected, EXPECTED_S);
        rate.seconds++;
      }
    },
    all: () =>
      new Map(
        [...kept.entries()].map(([camera, { current, expected, seconds, lastAt }]) => [
          camera,
          { current, expected: seconds < MIN_SECONDS ? undefined : expected, silent: (clock() - lastAt) / 1000 },
        ]),
      ),
    clear: () => kept.clear(),
  };
}

/** The frame rates that a camera may send at, in all its topics. */
const ratesOf = ({ fps, topics = {} }: CameraRecord) => [
  fps,
  ...Object.entries(topics).map(([topic, { fps }]) => `${topic}@${fps}`),
];
