import type { AddressInfo } from 'node:net';
import { encodeBinaryMessage, uuidv7, VIEWER_PROTOCOL } from '@framewire/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Connection, ConnectionEvents, Subscription } from './connection.ts';
import { openWebSocket } from './websocket.ts';

let server: WebSocketServer;
let viewer: WebSocket | undefined;
let said: unknown[];
let path: string | undefined;
const connections: Connection[] = [];

beforeEach(async () => {
  // Node has one of its own from 22 on; this is the same interface.
  vi.stubGlobal('WebSocket', WebSocket);
  said = [];
  viewer = undefined;
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => VIEWER_PROTOCOL });
  server.on('connection', (socket, request) => {
    viewer = socket;
    path = request.url;
    socket.on('message', (data) => said.push(JSON.parse(String(data))));
  });
  await vi.waitFor(() => expect(server.address()).not.toBeNull());
});
afterEach(() => {
  for (const connection of connections.splice(0)) connection.close();
  for (const client of server.clients) client.terminate();
  server.close();
  vi.unstubAllGlobals();
});

function open(start: Subscription = { watch: '*' }) {
  const events = {
    opened: vi.fn<ConnectionEvents['opened']>(),
    message: vi.fn<ConnectionEvents['message']>(),
    lost: vi.fn(),
  };
  const { port } = server.address() as AddressInfo;
  const connection = openWebSocket(new URL(`http://127.0.0.1:${port}/function/results-ws/`), start, events);
  connections.push(connection);
  return { connection, ...events };
}

const record = (camera_id: string) => ({
  frame_id: uuidv7(),
  camera_id,
  outcome: 'detected',
  timestamp: 2,
  original_timestamp: 1,
});

describe('a WebSocket to results-ws', () => {
  it('is opened relative to the page, and first sends its cameras and its cursor', async () => {
    const { opened } = open({ watch: ['door'], resume: 41 });
    await vi.waitFor(() => expect(said).toEqual([{ type: 'watch', cameras: ['door'], resume: 41 }]));
    expect(opened).toHaveBeenCalledOnce();
    expect(path).toBe('/function/results-ws/ws/results');
    expect(viewer!.protocol).toBe(VIEWER_PROTOCOL);
  });

  it('starts with the cameras that are watched when it opens', async () => {
    const { connection } = open({ watch: '*' });
    connection.watch(['door']);
    await vi.waitFor(() => expect(said).toEqual([{ type: 'watch', cameras: ['door'] }]));
  });

  it('brings a result and its picture together, and a result whose picture was dropped without', async () => {
    const { message } = open();
    await vi.waitFor(() => expect(said).toHaveLength(1));
    const header = { type: 'result', cursor: 5, sent_at: 3 };
    viewer!.send(encodeBinaryMessage({ ...header, record: record('door') }, new Uint8Array([0xff, 0xd8, 1, 2])));
    viewer!.send(encodeBinaryMessage({ ...header, record: record('yard') }));
    viewer!.send(JSON.stringify({ type: 'pong', sent: 1, now: 2 }));
    await vi.waitFor(() => expect(message).toHaveBeenCalledTimes(3));
    const [first, second, third] = message.mock.calls;
    expect(first![0]).toMatchObject({ type: 'result', cursor: 5, record: { camera_id: 'door', detections: [] } });
    expect([...first![1]!]).toEqual([0xff, 0xd8, 1, 2]);
    expect(second![0]).toMatchObject({ record: { camera_id: 'yard' } });
    expect(second![1]).toBeUndefined();
    expect(third![0]).toEqual({ type: 'pong', sent: 1, now: 2 });
  });

  it('ignores unknown messages', async () => {
    const { message } = open();
    await vi.waitFor(() => expect(said).toHaveLength(1));
    viewer!.send(JSON.stringify({ type: 'of a later time' }));
    viewer!.send(JSON.stringify({ type: 'pong', sent: 1, now: 2 }));
    await vi.waitFor(() => expect(message).toHaveBeenCalledOnce());
  });

  it('reports once that it was lost, and nothing when we close it', async () => {
    const { lost } = open();
    await vi.waitFor(() => expect(said).toHaveLength(1));
    viewer!.terminate();
    await vi.waitFor(() => expect(lost).toHaveBeenCalledWith(false));
    const other = open();
    await vi.waitFor(() => expect(said).toHaveLength(2));
    const closed = new Promise((resolve) => viewer!.once('close', resolve));
    other.connection.close();
    await closed;
    expect(lost).toHaveBeenCalledOnce();
    expect(other.lost).not.toHaveBeenCalled();
  });

  it('is lost after twelve seconds without a message', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { lost, message, opened } = open();
      // Each look of waitFor lets 50 ms pass on these clocks too: the steps leave room for that.
      await vi.waitFor(() => expect(opened).toHaveBeenCalled());
      vi.advanceTimersByTime(7000);
      viewer!.send(JSON.stringify({ type: 'pong', sent: 1, now: 2 }));
      await vi.waitFor(() => expect(message).toHaveBeenCalled());
      vi.advanceTimersByTime(7000);
      expect(lost).not.toHaveBeenCalled();
      vi.advanceTimersByTime(12_000);
      expect(lost).toHaveBeenCalledWith(false);
    } finally {
      vi.useRealTimers();
    }
  });
});
