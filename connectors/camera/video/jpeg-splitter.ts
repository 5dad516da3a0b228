/** Cuts a stream of JPEGs, as ffmpeg writes them into a pipe, into whole ones. */
export interface JpegSplitter {
  /** Takes the next bytes, in pieces of any size. A JPEG is handed on as soon as its last byte is there. */
  push(chunk: Buffer): void;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

/**
 * Follows the markers (ITU T.81, annex B), so that a thumbnail within a segment, with start and end markers of its own, cuts
 * nothing in two. Bytes that belong to no JPEG are passed over, and so is a picture that turns out to be damaged.
 * @param maxBytes what one picture may hold; a larger one is passed over too.
 */
export function createJpegSplitter(onJpeg: (jpeg: Buffer) => void, maxBytes = 32 * 1024 * 1024): JpegSplitter {
  let held: Buffer = Buffer.alloc(0);
  /** How far `held` is understood; at 0 no start marker is. */
  let at = 0;
  let inScan = false;

  function drop(bytes: number): void {
    held = held.subarray(bytes);
    at = 0;
    inScan = false;
  }

  /** False where it takes more bytes to go on. */
  function step(): boolean {
    if (at === 0) return findStart();
    return inScan ? passScan() : passSegment();
  }

  function findStart(): boolean {
    const start = held.indexOf(Buffer.from([0xff, SOI, 0xff]));
    if (start < 0) {
      held = held.subarray(Math.max(0, held.length - 2)); // a start marker may be cut in two
      return false;
    }
    held = held.subarray(start);
    at = 2;
    return true;
  }

  function passSegment(): boolean {
    if (held.length < at + 2) return false;
    const marker = held[at + 1]!;
    if (held[at] !== 0xff || marker === SOI || marker === 0) {
      drop(2);
      return true;
    }
    if (marker === 0xff) at += 1;
    else if (isAlone(marker)) at += 2;
    else if (marker === EOI) take(at + 2);
    else {
      if (held.length < at + 4) return false;
      const end = at + 2 + held.readUInt16BE(at + 2);
      if (held.length < end) return false;
      at = end;
      inScan = marker === SOS;
    }
    return true;
  }

  /** Picture data ends at the first marker that is neither a stuffed zero nor a restart. */
  function passScan(): boolean {
    for (;;) {
      const next = held.indexOf(0xff, at);
      at = next < 0 ? held.length : next;
      if (held.length < at + 2) return false;
      const marker = held[at + 1]!;
      if (marker === 0xff) at += 1;
      else if (marker === 0 || isAlone(marker)) at += 2;
      else {
        inScan = false;
        return true;
      }
    }
  }

  function take(end: number): void {
    const jpeg = held.subarray(0, end);
    drop(end);
    onJpeg(jpeg);
  }

  return {
    push(chunk) {
      held = held.length ? Buffer.concat([held, chunk]) : chunk;
      while (held.length && step());
      if (held.length > maxBytes) drop(held.length);
    },
  };
}

/** A marker without a segment behind it: a restart, or TEM. */
const isAlone = (marker: number) => (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01;
