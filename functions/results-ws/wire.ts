import type { ServerMessage } from '@framewire/contract';
import type { Push } from './push.ts';

/** What is said beside outcomes. */
export type Told = Exclude<ServerMessage, { type: 'result' }>;

/** The line to one viewer: what differs between WebSocket, server-sent events and the first generation's JSON. */
export interface Wire {
  readonly protocol: 'websocket' | 'events' | 'seed';
  /** Bytes that were handed over and have not left yet. */
  readonly buffered: number;
  /** For how long it has owed a sign of life that it was asked for, milliseconds; absent where it cannot be asked. */
  readonly unanswered?: number;
  tell(message: Told): void;
  push(push: Push, withPicture: boolean): void;
  /** @param reason for whoever reads it, under 120 bytes. */
  close(reason: string): void;
}
