/**
 * How amqplib reads and writes its socket, with fewer copies and system calls: a frame of video is 50 kB in one AMQP frame.
 * - amqplib copies everything that is left over with each piece that arrives; here a frame is joined once, when it is complete, and one
 *   that arrives in a single piece is not copied;
 * - what is written in one turn of the event loop leaves in one system call, and wakes the broker once.
 */
import type { Duplex } from 'node:stream';

interface RawFrame {
  rest: Buffer;
}

interface Reading {
  stream: Duplex;
  rest: Buffer;
  maxFrameSize: number;
  recvSinceLastCheck: boolean;
  /** Pieces behind `rest`, which has no whole frame. */
  pieces?: Buffer[];
  /** Bytes of `rest` and the pieces. */
  held?: number;
}

interface Library {
  Connection: { prototype: { recvFrame(): unknown } };
  Mux: { prototype: { out: Duplex; _readIncoming(): void } };
  frame: { parseFrame(bytes: Buffer, max: number): RawFrame | false; decodeFrame(frame: RawFrame): unknown };
}

/** Type, channel and size of a frame stand before its payload, and a byte behind it. */
const HEAD_BYTES = 7;
const SIZE_AT = 3;
const END_BYTES = 1;

export function improveIo({ Connection, Mux, frame }: Library): void {
  Connection.prototype.recvFrame = function (this: Reading) {
    for (;;) {
      const raw = this.pieces ? false : frame.parseFrame(this.rest, this.maxFrameSize);
      if (raw) {
        this.rest = raw.rest;
        return frame.decodeFrame(raw);
      }
      const incoming: Buffer | null = this.stream.read();
      if (incoming === null) return false;
      this.recvSinceLastCheck = true;
      take(this, incoming);
    }
  };

  const { _readIncoming } = Mux.prototype;
  Mux.prototype._readIncoming = function () {
    this.out.cork();
    _readIncoming.call(this);
    this.out.uncork();
  };
}

/** Joins the pieces once they make a frame, or before its size is known. */
function take(connection: Reading, incoming: Buffer): void {
  const { rest, pieces = [] } = connection;
  pieces.push(incoming);
  const held = (connection.held ?? rest.length) + incoming.length;
  const isKnown = rest.length >= HEAD_BYTES;
  const wanted = isKnown ? HEAD_BYTES + rest.readUInt32BE(SIZE_AT) + END_BYTES : 0;
  if (held < wanted) {
    connection.pieces = pieces;
    connection.held = held;
    return;
  }
  connection.rest = rest.length === 0 && pieces.length === 1 ? incoming : Buffer.concat([rest, ...pieces], held);
  connection.pieces = undefined;
  connection.held = undefined;
}
