/** What a JPEG says of itself before anything is decoded (ITU T.81, annex B). */
export interface JpegHeader {
  /** Pixels, as stored: an EXIF orientation is not applied. */
  width: number;
  height: number;
  /** 1 grey, 3 colour, 4 CMYK. */
  components: number;
  progressive: boolean;
}

/** A picture that is no JPEG, or a damaged one; the message says what is wrong in words for whoever sent it. */
export class JpegError extends Error {
  override name = 'JpegError';
}

/**
 * Reads a JPEG's header without decoding it.
 * @throws JpegError when it is empty, another format, cut off before its picture data, or claims no pixels.
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  if (bytes.length === 0) throw new JpegError('the picture is empty');
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new JpegError(`not a JPEG: ${describe(bytes)}`);
  let at = 2;
  let header: JpegHeader | undefined;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw new JpegError(`damaged JPEG: no marker at byte ${at}`);
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++; // fill bytes before a marker are allowed
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
      continue;
    }
    if (marker === 0xd9) break;
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    if (length < 2) throw new JpegError(`damaged JPEG: segment of length ${length} at byte ${at}`);
    if (isStartOfFrame(marker)) header = readStartOfFrame(bytes, at, marker);
    if (marker === 0xda) {
      if (!header) throw new JpegError('damaged JPEG: picture data before the size of the picture');
      return header;
    }
    at += 2 + length;
  }
  throw new JpegError('truncated JPEG: it ends before its picture data');
}

/** Whether the end marker is there: without it the picture was cut off on its way. Bytes after the marker are allowed, as cameras pad. */
export function isJpegComplete(bytes: Uint8Array): boolean {
  for (let at = bytes.length - 2, seen = 0; at >= 2 && seen < 4096; at--, seen++) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  }
  return false;
}

function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readStartOfFrame(bytes: Uint8Array, at: number, marker: number): JpegHeader {
  if (at + 10 > bytes.length) throw new JpegError('truncated JPEG: it ends within its header');
  const height = (bytes[at + 5]! << 8) | bytes[at + 6]!;
  const width = (bytes[at + 7]! << 8) | bytes[at + 8]!;
  if (width === 0 || height === 0) throw new JpegError(`damaged JPEG: it claims ${width}x${height} pixels`);
  return { width, height, components: bytes[at + 9]!, progressive: marker === 0xc2 || marker === 0xc6 };
}

const MAGIC: [string, number[]][] = [
  ['a PNG', [0x89, 0x50, 0x4e, 0x47]],
  ['a GIF', [0x47, 0x49, 0x46, 0x38]],
  ['a PDF', [0x25, 0x50, 0x44, 0x46]],
  ['a RIFF file (WebP?)', [0x52, 0x49, 0x46, 0x46]],
  ['a BMP', [0x42, 0x4d]],
];

function describe(bytes: Uint8Array): string {
  const known = MAGIC.find(([, magic]) => magic.every((b, i) => bytes[i] === b));
  if (known) return `it is ${known[0]}`;
  const start = Array.from(bytes.subarray(0, 4), (b) => b.toString(16).padStart(2, '0')).join(' ');
  return `it starts with ${start}, a JPEG with ff d8`;
}
