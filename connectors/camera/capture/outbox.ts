import type { PublishError } from '@framewire/runtime/amqp';
import {
  type Backpressure,
  type FramePublisher,
  type NumberedFrame,
  OVERLOAD_REASON,
  type ShedCode,
  type StillCode,
  shedCodeOf,
} from '@framewire/runtime/frames';
import { backoff, createThrottle, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { CameraMetrics } from '../metrics.ts';
import type { Decision } from '../motion/gate.ts';
import type { ViewerFrames } from '../motion/viewer-frames.ts';

/** Frames that may wait behind the one that is being published: one more, and the oldest is shed. */
const MAX_WAITING = 2;
/** Pauses before a frame that was refused is sent again, doubling, milliseconds. A newer frame ends the pause. */
const FIRST_PAUSE_MS = 20;
const MAX_PAUSE_MS = 200;
const IDLE_MS = 60_000;
/** A still camera shows its viewers a frame this often, milliseconds. */
const SHOW_MS = 1_000;

const WHY_STILL: Record<StillCode, string> = {
  no_motion: 'nothing moved',
  outside_hours: 'it is outside the hours of its camera',
};

/** Publishes a camera's frames to one topic: numbers them, sends one at a time and accounts for each that it shed. */
export interface Outbox {
  /**
   * Takes a JPEG. Never waits: when publishing is too slow, the oldest frame that waits is shed.
   * A still one is numbered and reported, and now and then shown to viewers.
   * @param captured_at milliseconds since the epoch.
   */
  offer(jpeg: Uint8Array, captured_at: number, decision: Decision): void;
  /** The source id of its sequence numbers. */
  readonly source: string;
  /** Sheds what waits, reports it, and ends. */
  close(): Promise<void>;
}

export interface OutboxOptions {
  camera_id: string;
  /** Milliseconds from capture. */
  deadline_ms: number;
  /** Its own: each topic of a camera has its own sequence numbers. */
  frames: FramePublisher;
  /** Of all cameras together. */
  backpressure: Pick<Backpressure, 'admits'>;
  /** Of all cameras together. */
  viewers: ViewerFrames;
  metrics: CameraMetrics;
  log: Log;
}

type LiveFrame = NumberedFrame & { deadline_ms: number };

export function createOutbox(options: OutboxOptions): Outbox {
  const { camera_id, deadline_ms, frames, backpressure, viewers, metrics, log } = options;
  const { topic } = frames;
  const waiting: LiveFrame[] = [];
  const isShowDue = createThrottle(SHOW_MS);
  /** When a frame was detected last, milliseconds by a clock that never goes back. */
  let detectedAt = Number.NEGATIVE_INFINITY;
  /** The still frame that viewers are being shown. */
  let showing: Promise<void> | undefined;
  let arrived = new AbortController();
  let closing = false;
  let refusal = 'publishing took too long';
  let code: ShedCode = 'shed_broker';

  function offer(jpeg: Uint8Array, captured_at: number, { still: why, detectEveryS }: Decision): void {
    if (closing) return;
    const deadline = captured_at + deadline_ms;
    const frame = { camera_id, captured_at, deadline_ms: deadline, jpeg };
    const numbered = { ...frames.number(frame), deadline_ms: deadline };
    const now = performance.now();
    const isDue = detectEveryS !== undefined && now - detectedAt >= detectEveryS * 1000;
    if (why !== undefined && !isDue) {
      still(numbered, why);
      return;
    }
    detectedAt = now;
    if (!backpressure.admits(camera_id, topic)) {
      shed(numbered, OVERLOAD_REASON, 'shed_overload');
      return;
    }
    waiting.push(numbered);
    while (waiting.length > MAX_WAITING) shed(waiting.shift()!);
    arrived.abort();
  }

  function still(frame: LiveFrame, why: StillCode): void {
    metrics.still(camera_id, topic);
    const report = (shownAt?: number) => frames.still(frame, WHY_STILL[why], why, shownAt);
    const shown = isShowDue() ? viewers.show(frame) : undefined;
    if (!shown) report();
    // its record bears the same id, and follows it
    else showing = shown.then((isConfirmed) => report(isConfirmed ? Date.now() : undefined));
  }

  function shed(frame: LiveFrame, reason = refusal, why = code): void {
    frames.shed(frame, reason, why);
    metrics.shed(camera_id, topic);
  }

  async function run(): Promise<void> {
    while (!closing) {
      const frame = waiting.shift();
      if (frame) await send(frame);
      else await nextArrival(IDLE_MS);
    }
    for (const frame of waiting.splice(0)) shed(frame);
    await showing;
    await frames.close();
  }

  /** Publishes it, again and again under the same id and number; what does not get through until its deadline is shed. */
  async function send(frame: LiveFrame): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await frames.send(frame, { timeoutMs: frame.deadline_ms - Date.now() });
        return metrics.published(camera_id, topic, (Date.now() - frame.captured_at) / 1000);
      } catch (error) {
        const { kind, message } = error as PublishError;
        if (message !== refusal) log.warn({ camera_id, topic, why: message }, 'a frame was not taken');
        refusal = message;
        code = shedCodeOf(error);
        // a full queue takes the freshest frame when it has room again; one that may be in the queue is not given up early
        const superseded = waiting.length > 0 && kind !== 'unconfirmed';
        if (kind === 'invalid') break; // it never will be
        if (superseded || closing || Date.now() >= frame.deadline_ms) break;
        await nextArrival(backoff(attempt, FIRST_PAUSE_MS, MAX_PAUSE_MS));
      }
    }
    shed(frame);
    while (waiting.length > 1) shed(waiting.shift()!);
  }

  /** Resolves when a frame comes, at the latest after so many milliseconds. */
  async function nextArrival(ms: number): Promise<void> {
    arrived = new AbortController();
    if (!closing) await sleep(ms, arrived.signal);
  }

  const running = run();
  return {
    offer,
    source: frames.source,
    close() {
      closing = true;
      arrived.abort();
      return running;
    },
  };
}
