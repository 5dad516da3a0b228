import type { ServerMessage } from '@framewire/contract';
import type { Push } from './result-message.ts';

/** What is said beside outcomes. */
export type Told = Exclude<ServerMessage, { type: 'result' }>;

/**
 * The line to one viewer: what differs between WebSocket, server-sent events and the first generation's JSON. No call throws; once it
 * is closed, from whichever side, what is handed over is dropped.
 */
export interface Wire {
  readonly protocol: 'websocket' | 'events' | 'seed';
  /** Bytes that were handed over and have not left yet. */
  readonly buffered: number;
  /** For how long it has owed a sign of life that it was asked for, milliseconds; absent where it cannot be asked. */
  readonly unanswered?: number;
  tell(message: Told): void;
  push(push: Push, withPicture: boolean): void;
  /** Says goodbye, and cuts the line soon after where that does not leave. @param reason for whoever reads it, under 120 bytes. */
  close(reason: string): void;
}

/** What leaves with a goodbye may take so long, milliseconds: one who does not read it holds up no drain. */
export const FAREWELL_MS = 2_000;

const encoded = new WeakMap<Told, string>();

/** The JSON of a message, made once where the same message goes to many. */
export function encodeTold(message: Told): string {
  const text = encoded.get(message) ?? JSON.stringify(message);
  encoded.set(message, text);
  return text;
}
