/** What a source is opened by. */
export interface CaptureSpec {
  url: string;
  /** The maximum frame rate, frames per second. */
  fps: number;
  /** Of a file: play it again at its end. */
  loop: boolean;
}

/** The events of an open source. */
export interface SourceEvents {
  /** A whole JPEG. */
  onFrame(jpeg: Uint8Array): void;
  /** It starts again by itself, for the next round of a film or for another frame size: the next frame may take as long as a first one. */
  onRestart(): void;
  /** It ended by itself; there are no more events. The reason is for a person, and undefined where it was played to its end. */
  onEnd(reason: string | undefined): void;
}

/** An open source of frames. */
export interface OpenSource {
  /** Ends it: there are no more events. It has freed what it held when this resolves. */
  close(): Promise<void>;
}

/** Opens the source again with each call. */
export type OpenSourceFn = (events: SourceEvents) => OpenSource;
