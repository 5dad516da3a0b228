import { newFrameId, type ResultRecord } from '@framewire/contract';
import { backoff, createSource, type Log, PublishError, type Source, sleep } from '@framewire/runtime';
import type { CameraMetrics } from './metrics.ts';
import type { NumberedFrame, Publishing } from './publishing.ts';

/** Frames that may wait behind the one that is being published: one more, and the oldest is shed. */
const WAITING = 2;
/** So long without a confirm, and what was shed is told by a record of its own, milliseconds. */
const TELL_AFTER = 1_000;

/** A camera's way to the broker: numbers its frames, publishes one at a time and accounts for each that it let go. */
export interface Outbox {
  /** Takes a picture captured now. Never waits: when publishing is too slow, the oldest that waits is shed. */
  offer(jpeg: Uint8Array): void;
  /** The numbering that its frames bear. */
  readonly source: string;
  /** Sheds what waits, tells it, and ends. */
  close(): Promise<void>;
}

export interface OutboxOptions {
  camera_id: string;
  /** Milliseconds from capture. */
  deadline_ms: number;
  publishing: Publishing;
  metrics: CameraMetrics;
  log: Log;
}

export function createOutbox({ camera_id, deadline_ms, publishing, metrics, log }: OutboxOptions): Outbox {
  const source: Source = createSource();
  const closing = new AbortController();
  const waiting: NumberedFrame[] = [];
  let arrived = new AbortController();
  let through = Date.now();
  let reason = '';

  function offer(jpeg: Uint8Array): void {
    if (closing.signal.aborted) return;
    const captured_at = Date.now();
    waiting.push({
      frame_id: newFrameId(captured_at),
      camera_id,
      source: source.id,
      seq: source.next(),
      captured_at,
      deadline_ms: captured_at + deadline_ms,
      jpeg,
    });
    while (waiting.length > WAITING) shed(waiting.shift()!);
    arrived.abort();
  }

  function shed({ seq }: NumberedFrame): void {
    source.letGo(seq);
    metrics.shed(camera_id, 1);
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const frame = waiting.shift();
      if (frame) await send(frame);
      else await nextArrival(TELL_AFTER);
      if (source.untold && Date.now() - through >= TELL_AFTER) await tell();
    }
    for (const frame of waiting.splice(0)) shed(frame);
    if (source.untold) await tell();
  }

  /** Publishes it with the numbers that were shed before it; what does not get through until its deadline is shed too. */
  async function send(frame: NumberedFrame): Promise<void> {
    const untold = source.takeShed();
    for (let attempt = 0; ; attempt++) {
      try {
        await publishing.frame({ ...frame, shed: untold });
        through = Date.now();
        return metrics.published(camera_id, (through - frame.captured_at) / 1000);
      } catch (error) {
        if (!(error instanceof PublishError)) throw error;
        if (error.message !== reason) log.warn({ camera_id, why: error.message }, 'a frame was not taken');
        reason = error.message;
        // a full queue takes the freshest frame when it has room again; one that may be in the queue must not be given up early
        const superseded = waiting.length > 0 && error.kind !== 'unconfirmed';
        if (superseded || closing.signal.aborted || Date.now() >= frame.deadline_ms) break;
        await nextArrival(backoff(attempt, 20, 200));
      }
    }
    source.giveBack(untold);
    shed(frame);
    while (waiting.length > 1) shed(waiting.shift()!);
  }

  /** Tells the shed numbers by a record of their own, as the outcome of the last of them. */
  async function tell(): Promise<void> {
    const untold = source.takeShed();
    const [first, last] = untold.at(-1)!;
    const now = Date.now();
    const record: ResultRecord = {
      frame_id: newFrameId(now),
      camera_id,
      source: source.id,
      seq: last,
      shed: first < last ? [...untold.slice(0, -1), [first, last - 1]] : untold.slice(0, -1),
      outcome: 'shed',
      reason: reason || 'it could not be published in time',
      detections: [],
      timestamp: now / 1000,
      original_timestamp: now / 1000,
      stages: {},
    };
    try {
      await publishing.result(record);
      through = Date.now();
    } catch {
      source.giveBack(untold); // told with the next frame, or by the next record
    }
  }

  /** Resolves when a frame comes, at the latest after so many milliseconds. */
  async function nextArrival(ms: number): Promise<void> {
    arrived = new AbortController();
    await sleep(ms, AbortSignal.any([arrived.signal, closing.signal]));
  }

  const running = run();
  return {
    offer,
    source: source.id,
    close() {
      closing.abort();
      return running;
    },
  };
}
