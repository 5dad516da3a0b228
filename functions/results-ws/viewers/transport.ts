import type { ServerMessage } from '@framewire/contract';
import type { ResultMessage } from './result-message.ts';

/** What a viewer is sent beside results. */
export type ControlMessage = Exclude<ServerMessage, { type: 'result' }>;

/** The numbers at the boxes of a frame. */
export type TracksMessage = Extract<ServerMessage, { type: 'tracks' }>;

/**
 * How one viewer is reached: what differs between WebSocket, server-sent events and the legacy JSON. No call throws; once it is
 * closed, from whichever side, what is handed over is dropped.
 */
export interface Transport {
  readonly protocol: 'websocket' | 'sse' | 'legacy';
  /** Bytes that were handed over and have not left yet. */
  readonly buffered: number;
  /** For how long a ping has had no answer, milliseconds; absent where the protocol has no ping. */
  readonly unanswered?: number;
  send(message: ControlMessage): void;
  sendResult(message: ResultMessage, withFrame: boolean): void;
  /** Says goodbye, and cuts the connection soon after where that does not leave. @param reason for whoever reads it, under 120 bytes. */
  close(reason: string): void;
}

/** Why a connection is closed, for whoever reads it. */
export const GOODBYE = 'this replica ends: connect again';
export const AN_ERROR = 'an error of this replica: connect again';
/** What leaves with a goodbye may take so long, milliseconds: a viewer that does not read it delays no drain. */
export const CLOSE_TIMEOUT_MS = 2_000;

const encoded = new WeakMap<ControlMessage, string>();

/** The JSON of a message, made once where the same message goes to many. */
export function encodeControl(message: ControlMessage): string {
  const text = encoded.get(message) ?? JSON.stringify(message);
  encoded.set(message, text);
  return text;
}
