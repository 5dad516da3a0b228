import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { toWebSocketFrame } from './ws-frame.ts';

const LENGTHS = [0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000];
const payload = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251);

let server: WebSocketServer;
beforeAll(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
});
afterAll(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

it('messages of all lengths are read as they were, with what ws itself says between them', async () => {
  server.once('connection', (socket, { socket: raw }) => {
    for (const length of LENGTHS) {
      raw.write(toWebSocketFrame(payload(length)));
      socket.send(`after ${length}`);
    }
  });
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const said: [Buffer, boolean][] = [];
  const whole = new Promise<void>((resolve, reject) => {
    client.on('message', (data: Buffer, isBinary) => said.push([data, isBinary]) === 2 * LENGTHS.length && resolve());
    client.once('error', reject);
  });
  await whole;
  for (const [i, length] of LENGTHS.entries()) {
    const [[data, isBinary], [text]] = [said[2 * i]!, said[2 * i + 1]!];
    expect(isBinary).toBe(true);
    expect(Buffer.compare(data, payload(length))).toBe(0);
    expect(text.toString()).toBe(`after ${length}`);
  }
});
