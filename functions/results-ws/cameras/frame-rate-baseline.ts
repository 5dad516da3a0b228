import { type CameraRecord, countShed, type ResultRecord } from '@framewire/contract';
import { createLruMap } from '@framewire/runtime/process';

/** A mean over so many seconds is what a camera sends at present, and over so many what it usually does. */
const PRESENT_S = 5;
const USUAL_S = 600;
/** Before so many seconds nothing is usual. */
const ACQUAINTED_S = 30;
/** One that nobody heard of for so long is forgotten, seconds. */
const FORGET_AFTER = 3_600;
/** Cameras whose pace is kept: the one unheard of for longest is forgotten first. */
const MAX_CAMERAS = 6_000;

/** How one camera sends, by the outcomes of its frames: those that its source let go are frames too. */
export interface FrameRateBaseline {
  /** Frames a second. */
  present: number;
  /** Undefined until it has sent for a while. */
  usual: number | undefined;
  /** Seconds since the newest outcome came. */
  silent: number;
}

export interface FrameRateBaselines {
  result(record: ResultRecord): void;
  /** One that is set to another rate begins anew; while it is not online it has no pace to keep. */
  camera(record: CameraRecord): void;
  /** To be called once a second. @param listening whether outcomes could come: a second in which none could is no silence. */
  tick(listening: boolean): void;
  all(): ReadonlyMap<string, FrameRateBaseline>;
  clear(): void;
}

interface Kept {
  counted: number;
  present: number;
  usual: number;
  seconds: number;
  lastAt: number;
  /** Of its connector, where it has one. */
  source?: CameraRecord;
}

/** @param clock milliseconds since the epoch. */
export function createFrameRateBaselines(clock: () => number = Date.now): FrameRateBaselines {
  const kept = createLruMap<string, Kept>(MAX_CAMERAS);

  function one(camera: string): Kept {
    let pace = kept.get(camera);
    if (!pace) {
      pace = { counted: 0, present: 0, usual: 0, seconds: 0, lastAt: clock() };
      kept.set(camera, pace);
    }
    return pace;
  }

  return {
    result({ camera_id, shed }) {
      const pace = one(camera_id);
      pace.counted += 1 + countShed(shed);
      pace.lastAt = clock();
    },
    camera(record) {
      const { camera_id, state, fps } = record;
      if (state === 'removed') {
        kept.delete(camera_id);
        return;
      }
      const pace = one(camera_id);
      if (pace.source && pace.source.fps !== fps) pace.seconds = 0;
      if (state !== pace.source?.state) pace.lastAt = clock();
      pace.source = record;
    },
    tick(listening) {
      const now = clock();
      for (const [camera, pace] of kept.entries()) {
        const { counted, seconds, source, lastAt } = pace;
        pace.counted = 0;
        if (!source && now - lastAt > FORGET_AFTER * 1000) kept.delete(camera);
        if (!listening) pace.lastAt = now;
        if (!listening || (source && source.state !== 'online')) continue;
        const mean = (before: number, over: number) => before + (counted - before) / Math.min(over, seconds + 1);
        pace.present = mean(pace.present, PRESENT_S);
        pace.usual = mean(pace.usual, USUAL_S);
        pace.seconds++;
      }
    },
    all: () =>
      new Map(
        [...kept.entries()].map(([camera, { present, usual, seconds, lastAt }]) => [
          camera,
          { present, usual: seconds < ACQUAINTED_S ? undefined : usual, silent: (clock() - lastAt) / 1000 },
        ]),
      ),
    clear: () => kept.clear(),
  };
}
