import { createServer, connect as dial, type Socket } from 'node:net';
import { decodeFrame, type Frame, QUEUE, type ResultRecord } from '@framewire/contract';
import { createBroker } from '@framewire/runtime/amqp';
import { createFramePublisher, listenForBackpressure } from '@framewire/runtime/frames';
import { createUploads, listen } from '@framewire/runtime/http';
import { createRegistry } from '@framewire/runtime/telemetry';
import { createTestVhost, listenOnLoopback, silentLog, type TestVhost } from '@framewire/testkit';
import { expect } from 'vitest';
import { readResults } from '../../../testkit/results/result-stream.ts';
import { createApp } from '../handler.ts';

export const KEY = 'a key for tests';
export const MAX_BYTES = 200_000;
/** Of five whole pictures. */
export const MAX_INFLIGHT_BYTES = 5 * MAX_BYTES;
export const UPLOAD_TIMEOUT_MS = 700;

export interface Ingest {
  url: string;
  close(): Promise<void>;
}

/** Serves ingest-frame on a port of its own. */
export async function startIngest(
  amqp: string,
  options: { key?: string; reportAfterMs?: number; uploadTimeoutMs?: number } = {},
): Promise<Ingest> {
  const broker = createBroker({ url: amqp, name: 'test ingest', log: silentLog });
  broker.connect();
  const { reportAfterMs } = options;
  const publishers = new Map(
    ['faces', 'unbound'].map((topic) => [
      topic,
      createFramePublisher({ broker, log: silentLog, topic, reportAfterMs }),
    ]),
  );
  const app = createApp({
    publishers,
    backpressure: listenForBackpressure({ broker, log: silentLog }),
    problem: () => broker.problem(),
    key: options.key,
    publishTimeoutMs: 2_000,
    uploads: createUploads({ maxBytes: MAX_INFLIGHT_BYTES, timeoutMs: options.uploadTimeoutMs ?? UPLOAD_TIMEOUT_MS }),
    maxBytes: MAX_BYTES,
    registry: createRegistry(),
    log: silentLog,
  });
  const { port, close } = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      await close();
      await Promise.all([...publishers.values()].map((frames) => frames.close()));
      await broker.close();
    },
  };
}

export interface TestQueue {
  vhost: TestVhost;
  /** What was taken from the frame queue so far; nothing is taken before `take`. */
  frames: Frame[];
  records: ResultRecord[];
  take(): void;
  close(): Promise<void>;
}

/** A vhost with a frame queue of so many frames, and readers of both queues. */
export async function startQueue(maxLength: number): Promise<TestQueue> {
  const vhost = await createTestVhost([{ topic: 'faces', queue: QUEUE.frames, maxLength, maxBytes: 1e8 }]);
  const broker = createBroker({ url: vhost.amqp, name: 'test queue', log: silentLog });
  const frames: Frame[] = [];
  const records: ResultRecord[] = [];
  readResults(broker, (record) => records.push(record), 'first');
  return {
    vhost,
    frames,
    records,
    take() {
      broker.consume({
        queue: QUEUE.frames,
        prefetch: 100,
        onDelivery({ content, properties }) {
          frames.push(decodeFrame({ content, messageId: properties.messageId, headers: properties.headers ?? {} }));
          return 'ack';
        },
      });
    },
    async close() {
      await broker.close();
      await vhost.drop();
    },
  };
}

/** Every sequence number from 1 to the last is a frame of the queue, shed or still. @param last by default the highest that came. */
export function expectAllAccounted({ frames, records }: TestQueue, last?: number): void {
  const known = new Set<number>();
  for (const { seq, shed = [], still = [] } of [...frames, ...records]) {
    if (seq) known.add(seq);
    for (const [first, end] of [...shed, ...still]) for (let n = first; n <= end; n++) known.add(n);
  }
  expect([...known].sort((a, b) => a - b)).toEqual(Array.from({ length: last ?? known.size }, (_, n) => n + 1));
}

/** A connection to a broker that can be frozen: bytes stay where they are, and nothing is closed. */
export async function startFreezer(amqp: string) {
  const target = new URL(amqp);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(Number(target.port), target.hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => far.destroy() && near.destroy());
    }
  });
  const port = await listenOnLoopback(server);
  const url = new URL(amqp);
  url.host = `127.0.0.1:${port}`;
  return {
    amqp: url.href,
    freeze() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** The smallest that passes for a JPEG: a grey picture of 8 x 8 pixels as far as its markers tell; `marks` makes them differ. */
export function jpeg(marks = '', size = 0): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(marks);
  return new Uint8Array([
    ...[0xff, 0xd8],
    ...[0xff, 0xfe, 0, text.length + 2, ...text], // a comment
    ...[0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0],
    ...[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0],
    ...new Uint8Array(Math.max(1, size)),
    ...[0xff, 0xd9],
  ]);
}
