import type { Running } from '../cpu.ts';
import type { Box } from '../truth.ts';

/** A frame's end, as the reader of the results sees it. */
export interface Answer {
  /** Milliseconds since the epoch, both by this machine's clock. */
  capturedAt: number;
  seenAt: number;
  outcome: string;
  cameraId: string;
  /** Frames of its camera that their source let go before it, and that it tells of. */
  letGo?: number;
  /** Pixels of the picture. */
  detections: Box[];
}

export interface Offered {
  jpeg: Uint8Array;
  capturedAt: number;
  cameraId: string;
  /** Live: worth nothing after this, milliseconds since the epoch. Only framewire knows such a thing. */
  deadline?: number;
}

/**
 * What became of a frame at its source:
 * - `taken`: the broker has it;
 * - `refused`: the broker has not, and it was let go;
 * - `shed`: it was let go before anything was sent.
 */
export type Sent = 'taken' | 'refused' | 'shed';

/** What is compared: something that takes frames from a queue, finds faces and tells results. */
export interface Subject {
  readonly name: string;
  send(frame: Offered): Promise<Sent>;
  /** Told of each result as it comes out of the broker. Returns what ends that. */
  onAnswer(listener: (answer: Answer) => void): () => void;
  /** Shows results and pictures to a viewer until `close`; undefined where there is none to have. */
  openViewer?(onShown: (answer: Answer) => void): Promise<{ close(): Promise<void> }>;
  /** All that works for it, the broker included. */
  processes(): Running[];
  /** Drops what still waits. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

/** Where each round gets a new one from. */
export interface SubjectMaker {
  name: string;
  start(): Promise<Subject>;
}
