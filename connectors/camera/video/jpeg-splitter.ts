/** Cuts a stream of JPEGs into whole ones: what ffmpeg writes into a pipe, or what a camera sends over HTTP. */
export interface JpegSplitter {
  /** Takes the next bytes, in pieces of any size. A JPEG is handed on as soon as its last byte is there. */
  push(chunk: Uint8Array): void;
}

export interface JpegSplitterOptions {
  /** Its bytes are the receiver's own. */
  onJpeg(jpeg: Buffer): void;
  /** A picture grew beyond `maxBytes`: what came of it is dropped, and the next one is looked for. */
  onTooLarge?(): void;
  /** What one picture may hold. */
  maxBytes?: number;
}

/** As much as ingest-frame takes by default. */
const MAX_JPEG_BYTES = 10_000_000;
/** Why a source with a larger one is ended. */
export const TOO_LARGE = `a picture is larger than ${MAX_JPEG_BYTES / 1e6} MB, or never ends`;

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const FIRST_CAPACITY = 64 * 1024;

type State =
  | 'between' // pictures: looks for ff
  | 'start?' // ff was read: d8 begins a picture
  | 'start??' // ff d8 was read: a third byte of ff says that it was no accident
  | 'segments' // looks for the ff of the next marker
  | 'marker' // ff was read within a picture
  | 'length' // of a segment, high byte
  | 'length, low'
  | 'segment' // passes over `left` bytes
  | 'scan' // image data: looks for ff
  | 'scan, ff'
  | 'whole'; // the end marker was read

/**
 * Follows the markers (ITU T.81, annex B), so that a thumbnail within a segment, with start and end markers of its own, cuts
 * nothing in two. Bytes that belong to no JPEG are passed over, and so is a picture that turns out to be damaged; stray bytes
 * before a marker stay in the picture, as every decoder allows them.
 *
 * Each byte is looked at once and copied a few times, whatever the stream holds: it never goes back. After a damaged picture the
 * search goes on where the damage was seen, so the picture behind it may be lost with it.
 */
export function createJpegSplitter({
  onJpeg,
  onTooLarge,
  maxBytes = MAX_JPEG_BYTES,
}: JpegSplitterOptions): JpegSplitter {
  let state: State = 'between';
  let left = 0;
  let afterSegment: 'segments' | 'scan' = 'segments';
  /** The picture that is being read. */
  let held = Buffer.allocUnsafe(Math.min(FIRST_CAPACITY, maxBytes));
  let length = 0;

  /** Looks at the chunk from `at` on, and returns how far it came. */
  function step(chunk: Buffer, at: number): number {
    if (state === 'segment') {
      const end = Math.min(chunk.length, at + left);
      left -= end - at;
      if (left === 0) state = afterSegment;
      return end;
    }
    if (state === 'between' || state === 'segments' || state === 'scan') {
      const found = chunk.indexOf(0xff, at);
      if (found < 0) return chunk.length;
      state = state === 'between' ? 'start?' : state === 'scan' ? 'scan, ff' : 'marker';
      return found + 1;
    }
    state = next(chunk[at]!);
    return at + 1;
  }

  /** The state after a byte, for the states that look at a single one. */
  function next(byte: number): State {
    switch (state) {
      case 'start?':
        return byte === SOI ? 'start??' : byte === 0xff ? 'start?' : 'between';
      case 'start??':
        return byte === 0xff ? 'marker' : 'between';
      case 'length':
        left = byte << 8;
        return 'length, low';
      case 'length, low':
        left += byte - 2; // the length counts its own two bytes
        return left < 0 ? 'between' : left > 0 ? 'segment' : afterSegment;
      case 'scan, ff':
        return afterMarker(byte, 'scan');
      default:
        return afterMarker(byte, 'segments');
    }
  }

  function afterMarker(marker: number, from: 'segments' | 'scan'): State {
    if (marker === 0xff) return from === 'scan' ? 'scan, ff' : 'marker'; // fill bytes
    if (marker === 0 || isAlone(marker)) return from;
    if (marker === SOI) return 'start??'; // the picture before was cut off: this one may be whole
    if (marker === EOI) return 'whole';
    afterSegment = marker === SOS ? 'scan' : 'segments';
    return 'length';
  }

  /** Holds these bytes too. False where they make the picture too large: then all of it is dropped. */
  function hold(bytes: Uint8Array): boolean {
    const needed = length + bytes.length;
    if (needed > maxBytes) {
      state = 'between';
      onTooLarge?.();
      return false;
    }
    if (needed > held.length) {
      const larger = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(needed, 2 * held.length)));
      held.copy(larger, 0, 0, length);
      held = larger;
    }
    held.set(bytes, length);
    length = needed;
    return true;
  }

  return {
    push(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      let from = 0; // where the picture's part of the chunk begins
      for (let at = 0; at < chunk.length; ) {
        at = step(chunk, at);
        if (state === 'start??') {
          held.set(START);
          length = START.length;
          from = at;
        } else if (state === 'whole') {
          if (hold(chunk.subarray(from, at))) onJpeg(Buffer.from(held.subarray(0, length)));
          state = 'between';
        }
      }
      if (state !== 'between' && state !== 'start?') hold(chunk.subarray(from));
    },
  };
}

const START = Buffer.from([0xff, SOI]);

/** A marker without a segment behind it: a restart, or TEM. */
const isAlone = (marker: number) => (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01;
