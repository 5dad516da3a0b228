import type { Box } from '../../testkit/frames/boxes.ts';
import type { CameraFrame, Sent } from '../../testkit/load/cameras.ts';
import type { NamedPid } from '../../testkit/system/cpu.ts';

/** The end of a frame, as a reader of the results or a viewer sees it. */
export interface Answer {
  /** Milliseconds since the epoch, both by this machine's clock. */
  capturedAt: number;
  seenAt: number;
  outcome: string;
  cameraId: string;
  /** Frames of its camera that their source shed before it, as this result reports. */
  shed?: number;
  /** Pixels of the frame. */
  detections: Box[];
}

/** What is measured: something that takes frames, finds faces and publishes results. */
export interface Target {
  readonly name: string;
  /** Only framewire knows a deadline. */
  send(frame: CameraFrame): Promise<Sent>;
  /** Calls the listener with each result as it comes out of the broker. @returns what ends that. */
  onAnswer(listener: (answer: Answer) => void): () => void;
  /** Shows results and frames to a viewer until `close`; undefined where there are no viewers. */
  openViewer?(onShown: (answer: Answer) => void): Promise<{ close(): Promise<void> }>;
  /** All that works for it, the broker included. */
  processes(): NamedPid[];
  /** Drops what still waits. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a new target for each round. */
export interface TargetMaker {
  name: string;
  start(): Promise<Target>;
}

/** A set of listeners, for `onAnswer`. */
export function createListeners() {
  const listeners = new Set<(answer: Answer) => void>();
  return {
    publish(answer: Answer) {
      for (const listener of listeners) listener(answer);
    },
    onAnswer(listener: (answer: Answer) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export const count = (number: number, one: string, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;
