import type { ServerMessage, ViewerMessage } from '@framewire/contract';

/** The cameras whose pictures are wanted. */
export type Watch = '*' | string[];

export type Jpeg = Uint8Array<ArrayBuffer>;

/** One connection attempt, by either protocol. It ends with `lost`, or silently with `close`. */
export interface Connection {
  watch(cameras: Watch): void;
  /** Does nothing with server-sent events, which cannot send. */
  send(message: ViewerMessage): void;
  close(): void;
}

export interface ConnectionEvents {
  opened(): void;
  message(message: ServerMessage, jpeg?: Jpeg): void;
  /** @param resumes whether it reconnects by itself, followed by `opened`. */
  lost(resumes: boolean): void;
}

/** What to ask for first: the cameras, and the results after the last cursor seen. */
export interface Subscription {
  watch: Watch;
  resume?: number;
}
