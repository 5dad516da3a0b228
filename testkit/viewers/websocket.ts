import {
  decodePicture,
  type ResultRecord,
  serverMessage,
  VIEWER_PROTOCOL,
  type ViewerMessage,
} from '@framewire/contract';
import { backoff, sleep } from '@framewire/runtime/process';
import WebSocket from 'ws';

export interface Shown {
  record: ResultRecord;
  /** Bytes of the picture; 0 where it came without one. */
  pictureBytes: number;
  /** Milliseconds since the epoch. */
  shownAt: number;
  replay: boolean;
}

/** What takes the connection may be on the point of going, and never answer. */
const HANDSHAKE_MS = 5_000;

/** A dashboard without a screen: watches all cameras in the binary subprotocol, comes back when cut off and resumes by cursor. */
export interface Viewer {
  /** Resolves with the first connection. */
  readonly connected: Promise<void>;
  /** Whether the last time it came back all that was missed could be sent. */
  readonly resumedInFull: boolean;
  close(): Promise<void>;
}

/** @param key of results-ws, where it wants one. */
export function openViewer(dashboard: string, onShown: (shown: Shown) => void, key?: string): Viewer {
  const url = new URL('/ws/results', dashboard.replace(/^http/, 'ws'));
  const ending = new AbortController();
  let socket: WebSocket | undefined;
  let last: number | undefined;
  let resumedInFull = true;
  let connected = () => {};
  const firstConnection = new Promise<void>((resolve) => {
    connected = resolve;
  });

  function receive(data: Buffer, isBinary: boolean): void {
    const shownAt = Date.now();
    const { header, jpeg } = isBinary
      ? decodePicture(new Uint8Array(data))
      : { header: JSON.parse(data.toString('utf8')), jpeg: new Uint8Array() };
    const message = serverMessage.parse(header);
    if (message.type === 'hello') {
      resumedInFull &&= last === undefined || message.resumed;
      last ??= message.cursor;
    } else if (message.type === 'result') {
      last = message.cursor;
      onShown({ record: message.record, pictureBytes: jpeg.length, shownAt, replay: message.replay ?? false });
    }
  }

  function connectOnce(): Promise<boolean> {
    return new Promise((resolve) => {
      let opened = false;
      const headers = key ? { authorization: `Bearer ${key}` } : {};
      socket = new WebSocket(url, VIEWER_PROTOCOL, { headers, handshakeTimeout: HANDSHAKE_MS });
      socket.on('open', () => {
        opened = true;
        const watch: ViewerMessage = { type: 'watch', cameras: '*', resume: last };
        socket?.send(JSON.stringify(watch));
        connected();
      });
      socket.on('message', receive);
      socket.on('error', () => {}); // `close` follows
      socket.on('close', () => resolve(opened));
    });
  }

  const running = (async () => {
    for (let attempt = 0; !ending.signal.aborted; attempt++) {
      if (await connectOnce()) attempt = 0;
      await sleep(backoff(attempt, 100, 1_000), ending.signal);
    }
  })();

  return {
    connected: firstConnection,
    get resumedInFull() {
      return resumedInFull;
    },
    async close() {
      ending.abort();
      socket?.close();
      await running;
    },
  };
}
