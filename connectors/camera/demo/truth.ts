/** A bounding box in pixels of the picture. */
export interface Face {
  x: number;
  y: number;
  w: number;
  h: number;
}

const MARK = 'framewire-truth ';
const START_OF_SCAN = 0xda;
const COMMENT = 0xfe;

/** The same JPEG with its true faces in a comment segment right behind its start. */
export function writeTruth(jpeg: Uint8Array, faces: Face[]): Uint8Array {
  const text = new TextEncoder().encode(`${MARK}${JSON.stringify({ faces })}`);
  const length = text.length + 2;
  const written = new Uint8Array(jpeg.length + length + 2);
  written.set([0xff, 0xd8, 0xff, COMMENT, length >> 8, length & 0xff]);
  written.set(text, 6);
  written.set(jpeg.subarray(2), 6 + text.length);
  return written;
}

/** The true faces that a picture of the demo scene carries; undefined for any other picture. */
export function readTruth(jpeg: Uint8Array): Face[] | undefined {
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== START_OF_SCAN; ) {
    const end = at + 2 + ((jpeg[at + 2]! << 8) | jpeg[at + 3]!);
    if (jpeg[at + 1] === COMMENT) {
      const text = new TextDecoder().decode(jpeg.subarray(at + 4, end));
      if (text.startsWith(MARK)) return JSON.parse(text.slice(MARK.length)).faces;
    }
    at = end;
  }
  return undefined;
}
