import type { PublishError } from '@framewire/runtime/amqp';
import {
  type Backpressure,
  type FramePublisher,
  type NumberedFrame,
  OVERLOAD_REASON,
  type ShedCode,
  shedCodeOf,
} from '@framewire/runtime/frames';
import { backoff, sleep } from '@framewire/runtime/process';
import type { Log } from '@framewire/runtime/telemetry';
import type { CameraMetrics } from '../metrics.ts';

/** Frames that may wait behind the one that is being published: one more, and the oldest is shed. */
const MAX_WAITING = 2;
/** Pauses before a frame that was refused is sent again, doubling, milliseconds. A newer frame ends the pause. */
const FIRST_PAUSE_MS = 20;
const MAX_PAUSE_MS = 200;
const IDLE_MS = 60_000;

/** Publishes a camera's frames to one topic: numbers them, sends one at a time and accounts for each that it shed. */
export interface Outbox {
  /**
   * Takes a JPEG. Never waits: when publishing is too slow, the oldest frame that waits is shed.
   * @param captured_at milliseconds since the epoch.
   */
  offer(jpeg: Uint8Array, captured_at: number): void;
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
  metrics: CameraMetrics;
  log: Log;
}

type LiveFrame = NumberedFrame & { deadline_ms: number };

export function createOutbox({ camera_id, deadline_ms, frames, backpressure, metrics, log }: OutboxOptions): Outbox {
  const { topic } = frames;
  const waiting: LiveFrame[] = [];
  let arrived = new AbortController();
  let closing = false;
  let refusal = 'publishing took too long';
  let code: ShedCode = 'shed_broker';

  function offer(jpeg: Uint8Array, captured_at: number): void {
    if (closing) return;
    const deadline = captured_at + deadline_ms;
    const frame = { camera_id, captured_at, deadline_ms: deadline, jpeg };
    const numbered = { ...frames.number(frame), deadline_ms: deadline };
    if (!backpressure.admits(camera_id, topic)) {
      shed(numbered, OVERLOAD_REASON, 'shed_overload');
      return;
    }
    waiting.push(numbered);
    while (waiting.length > MAX_WAITING) shed(waiting.shift()!);
    arrived.abort();
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
