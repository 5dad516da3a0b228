import { newFrameId, type ResultRecord } from '@framewire/contract';
import { backoff, createSource, type Log, type PublishError, type Source, sleep } from '@framewire/runtime';
import type { CameraMetrics } from './metrics.ts';
import type { NumberedFrame, Publishing } from './publishing.ts';

/** Frames that may wait behind the one that is being published: one more, and the oldest is shed. */
const WAITING = 2;
/** So long without a confirm, and what was shed is told by a record of its own, milliseconds. */
const TELL_AFTER = 1_000;

const NO_PICTURE = new Uint8Array();

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
  let closing = false;
  const waiting: NumberedFrame[] = [];
  let arrived = new AbortController();
  let through = Date.now();
  let reason = '';
  let newestShed: NumberedFrame | undefined;

  function offer(jpeg: Uint8Array): void {
    if (closing) return;
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

  function shed(frame: NumberedFrame): void {
    source.letGo(frame.seq);
    if (!newestShed || frame.seq > newestShed.seq) newestShed = { ...frame, jpeg: NO_PICTURE };
    metrics.shed(camera_id, 1);
  }

  async function run(): Promise<void> {
    while (!closing) {
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
        const { kind, message } = error as PublishError;
        if (message !== reason) log.warn({ camera_id, why: message }, 'a frame was not taken');
        reason = message;
        // a full queue takes the freshest frame when it has room again; one that may be in the queue must not be given up early
        const superseded = waiting.length > 0 && kind !== 'unconfirmed';
        if (superseded || closing || Date.now() >= frame.deadline_ms) break;
        await nextArrival(backoff(attempt, 20, 200));
      }
    }
    source.giveBack(untold);
    shed(frame);
    while (waiting.length > 1) shed(waiting.shift()!);
  }

  /** Tells the shed numbers by a record of their own: the outcome of the newest of them, with the others before it. */
  async function tell(): Promise<void> {
    const untold = source.takeShed();
    const [first, last] = untold.at(-1)!;
    const { frame_id, captured_at } = newestShed!;
    const record: ResultRecord = {
      frame_id,
      camera_id,
      source: source.id,
      seq: last,
      shed: first < last ? [...untold.slice(0, -1), [first, last - 1]] : untold.slice(0, -1),
      outcome: 'shed',
      reason: reason || 'it could not be published in time',
      detections: [],
      timestamp: Date.now() / 1000,
      original_timestamp: captured_at / 1000,
      stages: { captured_at },
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
    if (!closing) await sleep(ms, arrived.signal);
  }

  const running = run();
  return {
    offer,
    source: source.id,
    close() {
      closing = true;
      arrived.abort();
      return running;
    },
  };
}
