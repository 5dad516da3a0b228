import { type CameraSettings, isWithin, type Mask } from '@framewire/contract';
import type { StillCode } from '@framewire/runtime/frames';
import { background } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { DecodedGrey, GreyDecoder } from './grey/decode.ts';
import { createMaskMap } from './mask-map.ts';
import { createMotionDetector } from './motion-detector.ts';

/** Frames are looked at no more often: what moves for half a second is seen, and the frames between cost nothing. Milliseconds. */
const LOOK_MS = 180;
/** After motion the gate stays open, so that an appearance is followed to its end, milliseconds. */
const HOLD_MS = 3_000;
/** Frames that wait for a look. Beyond them the gate cannot keep up, and they are detected. */
const MAX_HELD = 8;

/** Whether a frame is to be detected. */
export interface Decision {
  /** Why it is not. */
  still?: StillCode;
  /** One frame in so many seconds is detected all the same. */
  detectEveryS?: number;
}

/** Decides for all topics of a camera which frames are worth detecting. */
export interface FrameGate {
  /** Calls `decide` for each frame, in the order of frames: at once, unless something is looked at. */
  offer(jpeg: Uint8Array, decide: (decision: Decision) => void): void;
}

export interface FrameGateOptions {
  camera_id: string;
  /** As they are now: they may change at any time. */
  settings(): Pick<CameraSettings, 'motion' | 'masks' | 'hours'>;
  decode: GreyDecoder;
  log: Log;
  /** Milliseconds by a clock that never goes back, and the time of day. */
  clock?: () => number;
  today?: () => Date;
}

const DETECT: Decision = {};

export function createFrameGate(options: FrameGateOptions): FrameGate {
  const { camera_id, settings, decode, log, clock = () => performance.now(), today = () => new Date() } = options;
  const detector = createMotionDetector();
  let held: ((decision: Decision) => void)[] = [];
  /** The look under way; what comes of one that was given up is of no use to frames. */
  let looking: symbol | undefined;
  /** Also of one that was given up: no other begins before its frame is decoded. */
  let isDecoding = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let movedAt = Number.NEGATIVE_INFINITY;
  let isMoving: boolean | undefined;
  let ignored: { masks: readonly Mask[] | undefined; like: DecodedGrey; map: Uint8Array | undefined } | undefined;

  function mapOf(masks: readonly Mask[] | undefined, grey: DecodedGrey): Uint8Array | undefined {
    const { like } = ignored ?? {};
    const isSame = like?.width === grey.width && like.height === grey.height && like.orientation === grey.orientation;
    if (!isSame || ignored?.masks !== masks) ignored = { masks, like: grey, map: createMaskMap(masks, grey) };
    return ignored?.map;
  }

  /** The decision of motion on a frame, by what is known now. */
  function decision(): Decision {
    const { motion } = settings();
    if (!motion || clock() - movedAt < HOLD_MS) return DETECT;
    return { still: 'no_motion', detectEveryS: motion.detect_every_s };
  }

  function decideHeld(first: Decision, others = decision): void {
    looking = undefined;
    const [one, ...rest] = held;
    held = [];
    one?.(first);
    for (const decide of rest) decide(others());
  }

  async function look(jpeg: Uint8Array, at: number): Promise<Decision> {
    isDecoding = true;
    const grey = await decode(jpeg).finally(() => {
      isDecoding = false;
    });
    const { motion, masks } = settings();
    if (!motion) return DETECT;
    const { kind, area } = detector.look(grey, at / 1000, motion, mapOf(masks, grey));
    if (kind === 'moved') movedAt = clock();
    // who switched the light on may stand there
    return kind === 'lit' ? DETECT : report(decision(), area);
  }

  function report(found: Decision, area: number): Decision {
    const moves = found.still === undefined;
    if (moves !== isMoving) log.debug({ camera_id, area }, moves ? 'something moves' : 'nothing moves any more');
    isMoving = moves;
    return found;
  }

  function begin(jpeg: Uint8Array, at: number): void {
    const mine = Symbol('look');
    looking = mine;
    lookedAt = at;
    const looked = look(jpeg, at).catch((error: Error) => {
      log.debug({ camera_id, why: error.message }, 'a frame was not looked at: it is detected');
      return DETECT;
    });
    background(
      looked.then((found) => looking === mine && decideHeld(found)),
      log,
      'looking for motion',
    );
  }

  return {
    offer(jpeg, decide) {
      const { motion, hours } = settings();
      const isOutside = hours !== undefined && !isWithin(hours, today());
      const own: () => Decision = isOutside ? () => ({ still: 'outside_hours' }) : decision;
      if (looking) {
        held.push(isOutside ? () => decide(own()) : decide);
        if (held.length > MAX_HELD) decideHeld(DETECT, () => DETECT);
        return;
      }
      const now = clock();
      if (isDecoding && motion && !isOutside) return decide(DETECT);
      if (isOutside || !motion || now - lookedAt < LOOK_MS) return decide(own());
      held = [decide];
      begin(jpeg, now);
    },
  };
}
