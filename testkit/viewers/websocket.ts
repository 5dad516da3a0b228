import { once } from 'node:events';
import {
  decodeBinaryMessage,
  type ServerMessage,
  serverMessage,
  VIEWER_PROTOCOL,
  type ViewerMessage,
} from '@framewire/contract';
import { backoff, sleep } from '@framewire/runtime/process';
import WebSocket from 'ws';

export type ResultMessage = Extract<ServerMessage, { type: 'result' }>;
type Watch = Omit<Extract<ViewerMessage, { type: 'watch' }>, 'type'>;
type Received = ServerMessage & { jpeg: Uint8Array };

/** A server that is about to end may accept a connection and never answer, milliseconds. */
const HANDSHAKE_MS = 5_000;

/** Opens one connection with the binary subprotocol and watches. @param key of results-ws, where it asks for one. */
function connect(dashboard: string, watch: Watch, onMessage: (message: Received) => void, key?: string): WebSocket {
  const socket = new WebSocket(`${dashboard.replace(/^http/, 'ws')}/ws/results`, VIEWER_PROTOCOL, {
    headers: key ? { authorization: `Bearer ${key}` } : {},
    handshakeTimeout: HANDSHAKE_MS,
  });
  socket.on('open', () => send(socket, { type: 'watch', ...watch }));
  socket.on('message', (data: Buffer, isBinary) => {
    const { header, jpeg } = isBinary
      ? decodeBinaryMessage(new Uint8Array(data))
      : { header: JSON.parse(String(data)), jpeg: new Uint8Array() };
    onMessage({ ...serverMessage.parse(header), jpeg });
  });
  return socket;
}

const send = (socket: WebSocket, message: ViewerMessage) => socket.send(JSON.stringify(message));

/** One connection that keeps everything it receives. */
export interface RecordingViewer {
  results: (ResultMessage & { jpeg: Uint8Array })[];
  /** Every other message. */
  messages: Exclude<ServerMessage, ResultMessage>[];
  send(message: ViewerMessage): void;
  /** Resolves when the connection has ended, whoever ended it. */
  closed: Promise<unknown>;
  close(): Promise<void>;
}

/** @param watch what it sends first. */
export async function openRecordingViewer(
  dashboard: string,
  watch: Watch = { cameras: '*' },
): Promise<RecordingViewer> {
  const results: RecordingViewer['results'] = [];
  const messages: RecordingViewer['messages'] = [];
  const socket = connect(dashboard, watch, (message) => {
    if (message.type === 'result') results.push(message);
    else messages.push(message);
  });
  await once(socket, 'open');
  socket.on('error', () => {}); // `closed` reports it
  const closed = once(socket, 'close');
  return {
    results,
    messages,
    send: (message) => send(socket, message),
    closed,
    async close() {
      socket.close();
      await closed;
    },
  };
}

/** A dashboard without a screen: watches all cameras, reconnects when it is cut off, and resumes by cursor. */
export interface Viewer {
  /** Resolves with the first hello: from then on nothing is missed. */
  readonly connected: Promise<void>;
  /** Whether the server could send everything that was missed, at each reconnect. */
  readonly resumedInFull: boolean;
  close(): Promise<void>;
}

/** @param onResult called with each result. */
export function openViewer(
  dashboard: string,
  onResult: (result: ResultMessage & { jpeg: Uint8Array }) => void,
  key?: string,
): Viewer {
  const ending = new AbortController();
  let socket: WebSocket | undefined;
  let cursor: number | undefined;
  let resumedInFull = true;
  let connected = () => {};
  const firstHello = new Promise<void>((resolve) => {
    connected = resolve;
  });

  function receive(message: Received): void {
    if (message.type === 'hello') {
      resumedInFull &&= cursor === undefined || message.resumed;
      cursor ??= message.cursor;
      connected();
    } else if (message.type === 'result') {
      cursor = message.cursor;
      onResult(message);
    }
  }

  async function connectOnce(): Promise<boolean> {
    let opened = false;
    socket = connect(dashboard, { cameras: '*', resume: cursor }, receive, key);
    socket.on('open', () => {
      opened = true;
    });
    socket.on('error', () => {}); // `close` follows
    await new Promise((resolve) => socket?.on('close', resolve));
    return opened;
  }

  const running = (async () => {
    for (let attempt = 0; !ending.signal.aborted; attempt++) {
      if (await connectOnce()) attempt = 0;
      await sleep(backoff(attempt, 100, 1_000), ending.signal);
    }
  })();

  return {
    connected: firstHello,
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
