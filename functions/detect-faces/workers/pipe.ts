import { readSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Found } from '../detectors/detector.ts';
import type { Failure } from '../jpeg/failure.ts';

/** What a worker says first: the name of the detector it loaded, or why it could not. */
export type Start = { ready: string } | { unusable: string };
/** What it says to each picture. After `worker_died` it says nothing more. */
export type Answer = { found: Found } | { failure: Failure; words: string };

/**
 * The file descriptor of the socket between a worker and its pool. A picture goes there as its length (uint32, big-endian) and its
 * bytes, what the worker says comes back as lines of JSON.
 */
export const PIPE = 3;
const HEAD = 4;
/** More than most pictures have, so that they fit at once. */
const FIRST_SIZE = 256 * 1024;

/** The worker's end. It blocks the thread, which has nothing to do between two pictures: no stream, no event and no copy is as cheap. */
export interface WorkerPipe {
  /** The next picture, in a buffer that is used again for the one after it; undefined when the pool is gone. */
  read(): Uint8Array | undefined;
  say(message: Start | Answer): void;
}

export function openPipe(): WorkerPipe {
  let buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);

  /** No picture is sent before the last one was answered: what is read is never a part of the next. */
  function read(): Uint8Array | undefined {
    let [have, size] = [0, HEAD];
    while (have < size) {
      const count = readSync(PIPE, buffer, have, buffer.length - have, null);
      if (count === 0) return undefined;
      have += count;
      if (have < HEAD || size > HEAD) continue;
      size += buffer.readUInt32BE(0);
      if (size > buffer.length) buffer = Buffer.concat([buffer], size);
    }
    return buffer.subarray(HEAD, size);
  }

  return {
    read() {
      try {
        return read();
      } catch {
        return undefined; // reset: the pool was killed
      }
    },
    say(message) {
      const line = Buffer.from(`${JSON.stringify(message)}\n`);
      for (let sent = 0; sent < line.length; ) sent += writeSync(PIPE, line, sent);
    },
  };
}

/** The pool's end: sends a picture. Nothing else may be sent before its answer has come. */
export function sendPicture(socket: Socket, jpeg: Uint8Array): void {
  const head = Buffer.allocUnsafe(HEAD);
  head.writeUInt32BE(jpeg.length);
  socket.cork(); // one system call for both
  socket.write(head);
  socket.write(jpeg);
  socket.uncork();
}

/** Calls back with each line that a worker says. */
export function onMessage(socket: Socket, listener: (message: Start | Answer) => void): void {
  let begun = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (begun + text).split('\n');
    begun = lines.pop()!;
    for (const line of lines) listener(JSON.parse(line));
  });
}
