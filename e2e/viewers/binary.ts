import { once } from 'node:events';
import {
  decodePicture,
  type ServerMessage,
  serverMessage,
  VIEWER_PROTOCOL,
  type ViewerMessage,
} from '@framewire/contract';
import { WebSocket } from 'ws';

export type ResultMessage = Extract<ServerMessage, { type: 'result' }>;

/** A client of the dashboard's subprotocol. */
export interface BinaryViewer {
  results: (ResultMessage & { jpeg: Uint8Array })[];
  /** Everything else that was said. */
  said: Exclude<ServerMessage, ResultMessage>[];
  send(message: ViewerMessage): void;
  /** Resolves when the connection has ended, whoever ended it. */
  closed: Promise<unknown>;
  close(): Promise<void>;
}

/** @param watch what it says first. */
export async function openBinaryViewer(
  dashboard: string,
  watch: Omit<Extract<ViewerMessage, { type: 'watch' }>, 'type'> = { cameras: '*' },
): Promise<BinaryViewer> {
  const socket = new WebSocket(`${dashboard.replace('http', 'ws')}/ws/results`, VIEWER_PROTOCOL);
  const results: BinaryViewer['results'] = [];
  const said: BinaryViewer['said'] = [];
  socket.on('message', (data, isBinary) => {
    const { header, jpeg } = isBinary
      ? decodePicture(new Uint8Array(data as Buffer))
      : { header: JSON.parse(String(data)), jpeg: new Uint8Array() };
    const message = serverMessage.parse(header);
    if (message.type === 'result') results.push({ ...message, jpeg });
    else said.push(message);
  });
  await once(socket, 'open');
  socket.on('error', () => {}); // told by `closed`
  const closed = once(socket, 'close');
  const send = (message: ViewerMessage) => socket.send(JSON.stringify(message));
  send({ type: 'watch', ...watch });
  return {
    results,
    said,
    send,
    closed,
    async close() {
      socket.close();
      await closed;
    },
  };
}
