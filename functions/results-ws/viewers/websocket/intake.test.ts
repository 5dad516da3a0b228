import { once } from 'node:events';
import type { Socket } from 'node:net';
import { VIEWER_PROTOCOL } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { createTestVhost, type TestVhost } from '@framewire/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Replica, startReplica, view } from '../../testing/replica.ts';
import { createIntake } from './intake.ts';

describe('what one viewer may say', () => {
  it('is so much in a second, and more at once', () => {
    let now = 0;
    const intake = createIntake(() => now);
    const many = (count: number) => Array.from({ length: count }, () => intake.message(1)).filter(Boolean).length;
    expect(many(250)).toBe(0);
    expect(intake.message(1)).toMatch(/50 messages/);
    now += 1_000;
    expect(many(50)).toBe(0);
    expect(many(1)).toBe(1);
    now += 60_000;
    for (let n = 0; n < 8; n++) expect(intake.message(128 * 1024)).toBeUndefined();
    expect(intake.message(128 * 1024)).toMatch(/128 KiB/);
    for (let n = 0; n < 10; n++) expect(intake.mistake()).toBeUndefined();
    expect(intake.mistake()).toMatch(/not understood/);
  });
});

describe('a WebSocket viewer', () => {
  let vhost: TestVhost;
  let replica: Replica;
  beforeAll(async () => {
    vhost = await createTestVhost();
    replica = await startReplica(vhost.amqp);
  });
  afterAll(async () => {
    await replica.close();
    await vhost.drop();
  });

  /** One that never reads, and what it is closed with once it does. */
  async function misbehave(protocol: string[], act: (socket: WebSocket, raw: Socket) => void): Promise<number> {
    const socket = new WebSocket(`${replica.url.replace('http', 'ws')}/ws/results`, protocol);
    socket.on('error', () => {});
    const closed = once(socket, 'close').then(([code]) => code as number);
    await once(socket, 'open');
    await waitFor('it to be counted', () => replica.results.hub.size > 0);
    const raw = (socket as unknown as { _socket: Socket })._socket;
    raw.pause();
    act(socket, raw);
    await waitFor('it to be put out', () => replica.results.hub.size === 0);
    raw.resume();
    return closed;
  }

  const times = (count: number, work: () => void) => {
    for (let n = 0; n < count; n++) work();
  };
  const zeros = Buffer.alloc(4);
  /** A client's frame whose mask is 0. */
  const frame = (first: number, payload: Buffer) =>
    Buffer.concat([Buffer.from([first, 0x80 | payload.length]), zeros, payload]);

  const kinds: [string, string[], (socket: WebSocket, raw: Socket) => void][] = [
    ['messages of one byte', [VIEWER_PROTOCOL], (socket) => times(5_000, () => socket.send('x'))],
    ['a page of mistakes', [VIEWER_PROTOCOL], (socket) => times(12, () => socket.send('{"type":"hello"}'))],
    ['unasked pongs', [VIEWER_PROTOCOL], (socket) => times(5_000, () => socket.pong('x'))],
    ['pings', [VIEWER_PROTOCOL], (socket) => times(5_000, () => socket.ping('x'.repeat(100)))],
    ['questions', [VIEWER_PROTOCOL], (socket) => times(5_000, () => socket.send('{"type":"ping","sent":1}'))],
    ['messages without a subprotocol', [], (socket) => times(5_000, () => socket.send('x'))],
    [
      'more bytes than anybody has to say',
      [VIEWER_PROTOCOL],
      (socket) => times(60, () => socket.send(' '.repeat(100_000))),
    ],
    [
      'a message in countless pieces',
      [VIEWER_PROTOCOL],
      (_, raw) => {
        raw.write(frame(0x01, Buffer.from('{')));
        times(200, () => raw.write(frame(0x00, Buffer.from(' '))));
      },
    ],
  ];
  it.each(kinds)('that sends %s and reads nothing is put out with 1008', async (_, protocol, act) => {
    expect(await misbehave(protocol, act)).toBe(1008);
  });

  it('that sends one message that is too long is put out with 1009', async () => {
    expect(await misbehave([VIEWER_PROTOCOL], (socket) => socket.send(' '.repeat(200_000)))).toBe(1009);
  });

  it('that reads is answered: its pings, its questions, its mistakes', async () => {
    const viewer = await view(replica.url);
    const ponged = once(viewer.socket, 'pong');
    viewer.socket.ping('here');
    expect(String((await ponged)[0])).toBe('here');
    viewer.say({ type: 'ping', sent: 5 });
    viewer.socket.send('what?');
    await waitFor(
      'both answers',
      () => viewer.messages.filter(({ type }) => type === 'pong' || type === 'error').length === 2,
    );
    await viewer.close();
  });
});
