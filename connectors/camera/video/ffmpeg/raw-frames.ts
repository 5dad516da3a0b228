import sharp from 'sharp';
import { TOO_LARGE } from '../jpeg-splitter.ts';

/** Reads raw frames (rgb24), each with its length before it as ffmpeg's mpjpeg muxer writes it, and encodes them as JPEGs. */
export interface RawFrames {
  push(chunk: Buffer): void;
}

export interface RawFramesOptions {
  sizeOf(bytes: number): { width: number; height: number } | undefined;
  onJpeg(jpeg: Buffer): void;
  /** It cannot go on. */
  onProblem(reason: string): void;
}

/** 8K in rgb24. */
const MAX_RAW_BYTES = 7680 * 4320 * 3;
const MAX_HEAD_BYTES = 1024;
/** Frames that wait behind the one that is being encoded; the oldest is dropped. */
const MAX_WAITING = 2;
const QUALITY = 85;

export function createRawFrames({ sizeOf, onJpeg, onProblem }: RawFramesOptions): RawFrames {
  let head = Buffer.alloc(0);
  let frame: Buffer | undefined;
  let filled = 0;
  const waiting: Buffer[] = [];
  let encoding = false;

  /** Reads a part's head where it is whole, and returns what of the chunk is behind it. */
  function readHead(chunk: Buffer): Buffer {
    const joined = Buffer.concat([head, chunk]);
    const end = joined.indexOf('\r\n\r\n');
    if (end < 0) {
      head = joined;
      if (head.length > MAX_HEAD_BYTES) onProblem('ffmpeg writes what is no picture');
      return joined.subarray(joined.length);
    }
    const length = Number(/content-length: *(\d+)/i.exec(joined.toString('latin1', 0, end))?.[1] ?? 0);
    if (length > MAX_RAW_BYTES) onProblem(TOO_LARGE);
    else frame = Buffer.allocUnsafe(length);
    head = Buffer.alloc(0);
    filled = 0;
    return joined.subarray(end + 4);
  }

  /** One at a time, so that they stay in their order. */
  function encode(): void {
    if (encoding) return;
    const raw = waiting.shift();
    const size = raw && sizeOf(raw.length);
    if (!raw || !size) return;
    encoding = true;
    sharp(raw, { raw: { ...size, channels: 3 } })
      .jpeg({ quality: QUALITY })
      .toBuffer()
      .then(onJpeg)
      .finally(() => {
        encoding = false;
        encode();
      })
      .catch((error: Error) => onProblem(`a picture could not be encoded: ${error.message}`));
  }

  return {
    push(bytes) {
      for (let chunk = bytes; chunk.length > 0; ) {
        if (!frame) {
          chunk = readHead(chunk);
          continue;
        }
        const part = chunk.subarray(0, frame.length - filled);
        frame.set(part, filled);
        filled += part.length;
        chunk = chunk.subarray(part.length);
        if (filled < frame.length) return;
        if (waiting.push(frame) > MAX_WAITING) waiting.shift();
        frame = undefined;
        encode();
      }
    },
  };
}
