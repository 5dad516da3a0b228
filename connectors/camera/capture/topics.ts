import type { CameraRecord, CameraTopic } from '@framewire/contract';
import type { FrameGate } from '../motion/gate.ts';
import { createRateCap } from '../video/rate-cap.ts';
import type { Outbox } from './outbox.ts';

/** Hands each frame of a camera to the topics that are due. No topic waits for another. */
export interface CameraTopics {
  /** Takes a JPEG captured now. Never waits. */
  offer(jpeg: Uint8Array): void;
  /** The frame rate at which the camera is read: that of its fastest topic. */
  readonly fps: number;
  /** What a camera's state says of them. */
  readonly described: Required<Pick<CameraRecord, 'fps' | 'source' | 'topics'>>;
  /** Ends all outboxes. */
  close(): Promise<void>;
}

/** @param open makes the outbox of a topic. @param gate decides for all of them which frames are detected. */
export function createCameraTopics(
  topics: CameraTopic[],
  open: (topic: CameraTopic) => Outbox,
  gate: FrameGate,
): CameraTopics {
  const fps = captureRate(topics);
  const all = topics.map((topic) => ({
    ...topic,
    outbox: open(topic),
    // the fastest take every frame: the source is read at their rate
    isDue: topic.fps < fps ? createRateCap(topic.fps) : () => true,
  }));
  const described = all.map(({ topic, fps, deadline_ms, outbox: { source } }) => [topic, { fps, deadline_ms, source }]);
  return {
    offer(jpeg) {
      const captured_at = Date.now(); // one moment: frames of several topics are known to be the same picture by it
      const due = all.filter(({ isDue }) => isDue());
      gate.offer(jpeg, (decision) => {
        for (const { outbox } of due) outbox.offer(jpeg, captured_at, decision);
      });
    },
    fps,
    described: { fps, source: all[0]!.outbox.source, topics: Object.fromEntries(described) },
    async close() {
      await Promise.all(all.map(({ outbox }) => outbox.close()));
    },
  };
}

export const captureRate = (topics: CameraTopic[]): number => Math.max(...topics.map(({ fps }) => fps));
