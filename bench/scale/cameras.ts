import type { Broker } from '@framewire/runtime/amqp';
import { createFramePublisher, type FramePublisher, listenForBackpressure } from '@framewire/runtime/frames';
import type { Log } from '@framewire/runtime/telemetry';
import type { Account } from './account.ts';

/** As cameras have it. */
const DEADLINE_MS = 2_000;
/** As long as a frame may wait for the broker, milliseconds. */
const SEND_MS = 2_000;

/** Cameras that offer frames at a steady rate, whatever comes back, and note in the account what they were promised. */
export interface Cameras {
  /** So many from now on; 0 for none. */
  set(count: number): void;
  /** No more frames; resolves when those under way have ended. */
  close(): Promise<void>;
}

/** @param fps frames a second of each camera. */
export function startCameras(options: {
  broker: Broker;
  log: Log;
  fps: number;
  jpegs: Uint8Array[];
  account: Account;
  /** Their ids, from 1 on. */
  name(camera: number): string;
}): Cameras {
  const { broker, log, fps, jpegs, account, name } = options;
  const pressure = listenForBackpressure({ broker, log });
  /** A numbering for each. */
  const publishers: FramePublisher[] = [];
  const underWay = new Set<Promise<void>>();
  const due: number[] = [];
  let sent = 0;

  // one clock for all: a timer each would drift, and come in bursts
  const pacer = setInterval(() => {
    const now = performance.now();
    for (let camera = 0; camera < due.length; camera++) {
      for (; due[camera]! <= now; due[camera]! += 1000 / fps) {
        const work = send(publishers[camera]!, name(camera + 1)).finally(() => underWay.delete(work));
        underWay.add(work);
      }
    }
  }, 2);

  async function send(frames: FramePublisher, camera_id: string): Promise<void> {
    const captured_at = Date.now();
    const jpeg = jpegs[sent++ % jpegs.length]!;
    const deadline_ms = captured_at + DEADLINE_MS;
    const frame = frames.number({ camera_id, captured_at, deadline_ms, jpeg });
    account.offered();
    if (!pressure.admits(camera_id)) {
      account.shed();
      frames.shed(frame, 'more frames come than can be detected');
      return;
    }
    try {
      await frames.send(frame, { timeoutMs: SEND_MS });
      account.confirmed(frame.frame_id);
    } catch (error) {
      account.shed();
      frames.shed(frame, (error as Error).message);
    }
  }

  return {
    set(count) {
      due.length = Math.min(due.length, count);
      // each with a phase of its own, as cameras are
      while (publishers.length < count) publishers.push(createFramePublisher({ broker, log }));
      while (due.length < count) due.push(performance.now() + (due.length / count) * (1000 / fps));
    },
    async close() {
      clearInterval(pacer);
      await Promise.all(underWay);
      await Promise.all(publishers.map((frames) => frames.close()));
      await pressure.close();
    },
  };
}
