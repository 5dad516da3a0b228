import type { ServerMessage, ViewerMessage } from '@framewire/contract';
import type { Connection, ConnectionEvents, Jpeg, Subscription, Watch } from './connection.ts';
import { openEvents } from './events.ts';
import { openWebSocket } from './websocket.ts';

export type Protocol = 'websocket' | 'events';

export type TransportState =
  /** `again`: it was open before. */
  | { phase: 'connecting'; again: boolean }
  | { phase: 'open'; by: Protocol }
  /** Reconnects at `retryAt`, milliseconds by this browser's clock. */
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

type Open = (page: URL, start: Subscription, events: ConnectionEvents) => Connection;

const RETRY_AFTER_MS = 3000;
/** A stream that a gateway cuts at its time limit reconnects sooner than this, and nothing is reported. */
const RECONNECT_GRACE_MS = 4000;
/** Attempts before WebSockets are taken to be blocked, if none ever opened. */
const MAX_WEBSOCKET_FAILURES = 2;

/**
 * Keeps a connection to results-ws: reconnects 3 s after a loss and resumes after the last cursor seen.
 * Starts with a WebSocket. If none ever opens, alternates with server-sent events.
 */
export function createTransport(
  page: URL,
  events: Events,
  open: Record<Protocol, Open> = { websocket: openWebSocket, events: openEvents },
): Transport {
  let protocol: Protocol = 'websocket';
  let watch: Watch = '*';
  let cursor: number | undefined;
  let connection: Connection | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let cut: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let everOpen = false;

  connect();

  function connect() {
    events.state({ phase: 'connecting', again: everOpen });
    let opened = false;
    connection = open[protocol](
      page,
      { watch, resume: cursor },
      {
        opened() {
          clearTimeout(cut);
          opened = everOpen = true;
          failures = 0;
          events.state({ phase: 'open', by: protocol });
        },
        message(message, jpeg) {
          if (message.type === 'hello' && (cursor === undefined || !message.resumed)) cursor = message.cursor;
          if (message.type === 'result') cursor = message.cursor;
          events.message(message, jpeg);
        },
        lost(resumes) {
          clearTimeout(cut);
          if (resumes && opened) {
            cut = setTimeout(
              () => events.state({ phase: 'waiting', retryAt: Date.now() + RETRY_AFTER_MS }),
              RECONNECT_GRACE_MS,
            );
            return;
          }
          connection?.close();
          if (!opened) failures++;
          if (!everOpen && failures >= (protocol === 'websocket' ? MAX_WEBSOCKET_FAILURES : 1)) {
            protocol = protocol === 'websocket' ? 'events' : 'websocket';
            failures = 0;
          }
          events.state({ phase: 'waiting', retryAt: Date.now() + RETRY_AFTER_MS });
          timer = setTimeout(connect, RETRY_AFTER_MS);
        },
      },
    );
  }

  return {
    watch(cameras) {
      watch = cameras;
      connection?.watch(cameras);
    },
    send: (message) => connection?.send(message),
    close() {
      clearTimeout(timer);
      clearTimeout(cut);
      connection?.close();
    },
  };
}
