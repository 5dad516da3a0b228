/** What a source of pictures tells whoever opened it. */
export interface SourceEvents {
  /** A whole JPEG. */
  onFrame(jpeg: Uint8Array): void;
  /** It begins anew by itself, a film again or a picture of another size: the next frame may take as long as a first one. */
  onAgain(): void;
  /** It ended by itself, and tells no more: why, in words for a person, or undefined where it was played to its end. */
  onEnd(reason: string | undefined): void;
}

/** An open source of pictures. */
export interface OpenSource {
  /** Ends it; it tells nothing more, and has freed what it held when this resolves. */
  close(): Promise<void>;
}

/** Opens a source anew, each time it is called. */
export type OpenSourceFn = (events: SourceEvents) => OpenSource;
