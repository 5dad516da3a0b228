import type { ServerMessage, ViewerMessage } from '@framewire/contract';
import type { Connection, ConnectionEvents, Jpeg, Start, Watch } from './connection.ts';
import { openEvents } from './events.ts';
import { openWebSocket } from './websocket.ts';

export type Protocol = 'websocket' | 'events';

export type TransportState =
  /** `again`: it was open before. */
  | { phase: 'connecting'; again: boolean }
  | { phase: 'open'; by: Protocol }
  /** Tried again at `retryAt`, milliseconds by this browser's clock. */
  | { phase: 'waiting'; retryAt: number };

export interface Transport {
  watch(cameras: Watch): void;
  send(message: ViewerMessage): void;
  close(): void;
}

interface Events {
  state(state: TransportState): void;
  message(message: ServerMessage, jpeg?: Jpeg): void;
}

type Open = (page: URL, start: Start, events: ConnectionEvents) => Connection;

const RETRY_AFTER = 3000;
/** A stream that a gateway cuts at its time limit is back sooner than this: nothing is lost, and nobody need hear of it. */
const CUT = 4000;
/** So often a WebSocket may fail without ever having opened before it is taken that none can pass. */
const WEBSOCKET_FAILURES = 2;

/**
 * The connection to results-ws, kept: reconnects 3 s after a loss and resumes after the last cursor seen.
 * Starts with a WebSocket; where none ever opens it goes on with server-sent events, and by turns from then on.
 */
export function createTransport(
  page: URL,
  events: Events,
  open: Record<Protocol, Open> = { websocket: openWebSocket, events: openEvents },
  retryAfter = RETRY_AFTER,
): Transport {
  let means: Protocol = 'websocket';
  let watch: Watch = '*';
  let cursor: number | undefined;
  let link: Connection | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let cut: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let everOpen = false;

  connect();

  function connect() {
    events.state({ phase: 'connecting', again: everOpen });
    let opened = false;
    link = open[means](
      page,
      { watch, resume: cursor },
      {
        opened() {
          clearTimeout(cut);
          opened = everOpen = true;
          failures = 0;
          events.state({ phase: 'open', by: means });
        },
        message(message, jpeg) {
          if (message.type === 'hello' && (cursor === undefined || !message.resumed)) cursor = message.cursor;
          if (message.type === 'result') cursor = message.cursor;
          events.message(message, jpeg);
        },
        lost(resumes) {
          clearTimeout(cut);
          if (resumes && opened) {
            cut = setTimeout(() => events.state({ phase: 'waiting', retryAt: Date.now() + retryAfter }), CUT);
            return;
          }
          link?.close();
          if (!opened) failures++;
          if (!everOpen && failures >= (means === 'websocket' ? WEBSOCKET_FAILURES : 1)) {
            means = means === 'websocket' ? 'events' : 'websocket';
            failures = 0;
          }
          events.state({ phase: 'waiting', retryAt: Date.now() + retryAfter });
          timer = setTimeout(connect, retryAfter);
        },
      },
    );
  }

  return {
    watch(cameras) {
      watch = cameras;
      link?.watch(cameras);
    },
    send: (message) => link?.send(message),
    close() {
      clearTimeout(timer);
      clearTimeout(cut);
      link?.close();
    },
  };
}
