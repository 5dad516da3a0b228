import { readSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Detector, Found } from '../detectors/detector.ts';
import type { Failure } from '../jpeg/failure.ts';
import type { ValidJpeg } from '../jpeg/valid-jpeg.ts';

/** The first message of a worker: the name of its detector and what it runs on, or why it could not load it. */
export type Start = ({ ready: string } & Pick<Detector, 'provider' | 'missing'>) | { unusable: string };
/** Its answer to each JPEG. After `worker_died` it sends nothing more. */
export type Answer = { found: Found } | { failure: Failure; message: string };

/**
 * The file descriptor of the socket between a worker and its pool. The pool sends the lengths of the header and of the bytes of a JPEG
 * (uint32, big-endian), the header (JSON) and the bytes. The worker sends lines of JSON.
 */
export const PIPE = 3;
const LENGTHS = 8;
/** Bytes; most JPEGs are smaller and fit at once. */
const FIRST_SIZE = 256 * 1024;

/** The worker's end. It blocks the thread, which is idle between two JPEGs: cheaper than streams, events and copies. */
export interface WorkerPipe {
  /** Waits for the next JPEG. Its bytes are in a buffer that the one after it reuses. Undefined if the pool closed its end. */
  read(): ValidJpeg | undefined;
  /** Does nothing if the pool closed its end: `read` reports that. */
  send(message: Start | Answer): void;
}

/** What a write fails with when the pool has closed its end, or was killed. */
const CLOSED = ['EPIPE', 'ECONNRESET'];

export function openPipe(): WorkerPipe {
  let buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);

  /** The pool sends no JPEG before the last one was answered: no read reaches into the next. */
  function read(): ValidJpeg | undefined {
    let [have, size] = [0, LENGTHS];
    while (have < size) {
      const count = readSync(PIPE, buffer, have, buffer.length - have, null);
      if (count === 0) return undefined;
      have += count;
      if (have < LENGTHS || size > LENGTHS) continue;
      size += buffer.readUInt32BE(0) + buffer.readUInt32BE(4);
      if (size > buffer.length) buffer = Buffer.concat([buffer], size);
    }
    const begin = LENGTHS + buffer.readUInt32BE(0);
    return { ...JSON.parse(buffer.toString('utf8', LENGTHS, begin)), bytes: buffer.subarray(begin, size) };
  }

  return {
    read() {
      try {
        return read();
      } catch {
        return undefined; // reset: the pool was killed
      }
    },
    send(message) {
      const line = Buffer.from(`${JSON.stringify(message)}\n`);
      try {
        for (let sent = 0; sent < line.length; ) sent += writeSync(PIPE, line, sent);
      } catch (error) {
        if (!CLOSED.includes((error as NodeJS.ErrnoException).code!)) throw error;
      }
    },
  };
}

/** The pool's end: sends a JPEG. The next one may be sent after its answer. */
export function sendJpeg(socket: Socket, { bytes, ...header }: ValidJpeg): void {
  const json = Buffer.from(JSON.stringify(header));
  const lengths = Buffer.allocUnsafe(LENGTHS);
  lengths.writeUInt32BE(json.length);
  lengths.writeUInt32BE(bytes.length, 4);
  socket.cork(); // one system call for all
  for (const part of [lengths, json, bytes]) socket.write(part);
  socket.uncork();
}

/** Calls back with each message of a worker. */
export function onMessage(socket: Socket, listener: (message: Start | Answer) => void): void {
  let begun = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (begun + text).split('\n');
    begun = lines.pop()!;
    for (const line of lines) listener(JSON.parse(line));
  });
}
