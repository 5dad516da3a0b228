/** For tests alone: a viewer by each transport, which can stop reading and leave without a word. */
import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { decodeBinaryMessage, VIEWER_PROTOCOL } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { WebSocket } from 'ws';

export interface Shown {
  frame_id: string;
  /** Absent in the legacy JSON. */
  cursor?: number;
  replay: boolean;
  /** Of the frame; 0 where there was none. */
  bytes: number;
}

export interface Client {
  shown: Shown[];
  /** Whether it heard that it missed something. */
  gap(): boolean;
  /** Reads nothing more until `resume`. */
  pause(): void;
  resume(): void;
  /** Its end of the connection is cut, without a goodbye. */
  vanish(): void;
  /** Resolves once the connection has ended, from whichever side: with the code of a WebSocket, or 0. */
  ended: Promise<number>;
}

export interface TransportUnderTest {
  name: string;
  /** Whether it gets outcomes without their frame, and after the fact. */
  replays: boolean;
  /** What its connection ends with when the replica does. */
  goodbye: number;
  connect(url: string, resume?: number): Promise<Client>;
}

export const transports: TransportUnderTest[] = [
  { name: 'a WebSocket with our subprotocol', replays: true, goodbye: 1012, connect: connectBinary },
  { name: 'a WebSocket of the legacy JSON', replays: false, goodbye: 1012, connect: connectLegacy },
  { name: 'server-sent events', replays: true, goodbye: 0, connect: connectEvents },
];

async function connectBinary(url: string, resume?: number): Promise<Client> {
  const { socket, client, raw } = await connectSocket(url, VIEWER_PROTOCOL);
  let [hello, gap] = [false, false];
  socket.on('message', (data: Buffer, isBinary) => {
    const { header, jpeg } = isBinary
      ? decodeBinaryMessage(new Uint8Array(data))
      : { header: JSON.parse(String(data)), jpeg: new Uint8Array() };
    const message = header as { type: string; cursor: number; resumed: boolean; replay?: boolean; record: Shown };
    if (message.type === 'hello') [hello, gap] = [true, gap || !message.resumed];
    if (message.type === 'result') client.shown.push(shown(message, jpeg.length));
  });
  socket.send(JSON.stringify({ type: 'watch', cameras: '*', resume }));
  if (resume === undefined) await waitFor('hello', () => hello);
  return { ...client, ...reading(raw), gap: () => gap };
}

async function connectLegacy(url: string): Promise<Client> {
  const { socket, client, raw } = await connectSocket(url);
  socket.on('message', (data) => {
    const { frame_id, frame } = JSON.parse(String(data));
    client.shown.push({ frame_id, replay: false, bytes: Buffer.from(frame, 'base64').length });
  });
  return { ...client, ...reading(raw), gap: () => false };
}

async function connectSocket(url: string, protocol?: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/results`, protocol ? [protocol] : []);
  socket.on('error', () => {});
  const ended = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  const raw = (socket as unknown as { _socket: Socket })._socket;
  return { socket, raw, client: { shown: [] as Shown[], ended } };
}

async function connectEvents(url: string, resume?: number): Promise<Client> {
  const shownHere: Shown[] = [];
  let [hello, gap, text] = [false, false, ''];
  const request: ClientRequest = get(`${url}/api/events?cameras=*${resume === undefined ? '' : `&resume=${resume}`}`);
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  const ended = new Promise<number>((resolve) => response.on('close', () => resolve(0)));
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const parts = (text + chunk).split('\n\n');
    text = parts.pop()!;
    for (const part of parts) {
      const data = /^data: (.*)$/m.exec(part)?.[1];
      if (!data) continue;
      const message = JSON.parse(data);
      if (message.type === 'hello') [hello, gap] = [true, gap || !message.resumed];
      if (message.type === 'result') shownHere.push(shown(message, Buffer.from(message.frame ?? '', 'base64').length));
    }
  });
  if (resume === undefined) await waitFor('hello', () => hello);
  return { shown: shownHere, ended, gap: () => gap, ...reading(response.socket) };
}

const shown = (
  { cursor, replay, record }: { cursor: number; replay?: boolean; record: { frame_id: string } },
  bytes: number,
): Shown => ({ frame_id: record.frame_id, cursor, replay: replay === true, bytes });

/** What a program that hangs does, seen from outside: the kernel's buffers fill up, and nothing more is taken. */
const reading = (socket: Socket) => ({
  pause: () => {
    socket.pause();
  },
  resume: () => {
    socket.resume();
  },
  vanish: () => {
    socket.destroy();
  },
});
