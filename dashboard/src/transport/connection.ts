import type { ServerMessage, ViewerMessage } from '@framewire/contract';

/** Whose pictures are wanted. */
export type Watch = '*' | string[];

export type Jpeg = Uint8Array<ArrayBuffer>;

/** One attempt to reach the server, by whichever means. It ends with `lost`, or silently with `close`. */
export interface Connection {
  watch(cameras: Watch): void;
  /** Where nothing can be sent (server-sent events) it is let go. */
  send(message: ViewerMessage): void;
  close(): void;
}

export interface ConnectionEvents {
  opened(): void;
  message(message: ServerMessage, jpeg?: Jpeg): void;
  /** `resumes`: it tries again by itself, and says `opened` then. */
  lost(resumes: boolean): void;
}

/** What to ask for at the beginning: the cameras, and the last cursor seen. */
export interface Start {
  watch: Watch;
  resume?: number;
}
