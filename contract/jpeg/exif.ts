const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const ORIENTATION = 0x0112;
const SHORT = 3;

/**
 * The orientation in an APP1 segment, 1 to 8; undefined if the segment is not EXIF or has none.
 * It reads the first directory only and follows no pointer beyond it: EXIF is a file system of its own, and hostile ones loop.
 */
export function readOrientation(segment: Uint8Array): number | undefined {
  if (!EXIF.every((byte, i) => segment[4 + i] === byte)) return undefined;
  const tiff = new DataView(segment.buffer, segment.byteOffset + 10, segment.byteLength - 10);
  try {
    const little = tiff.getUint16(0) === 0x4949;
    if (tiff.getUint16(2, little) !== 42) return undefined;
    const directory = tiff.getUint32(4, little);
    const entries = tiff.getUint16(directory, little);
    for (let i = 0, at = directory + 2; i < entries; i++, at += 12) {
      if (tiff.getUint16(at, little) !== ORIENTATION) continue;
      const value = tiff.getUint16(at + 8, little);
      return tiff.getUint16(at + 2, little) === SHORT && value >= 1 && value <= 8 ? value : undefined;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // it points outside itself
  }
  return undefined;
}
