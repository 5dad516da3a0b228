/** The brightness of a frame in few pixels, 0 to 255, row by row. */
export interface GreyFrame {
  pixels: Uint8Array;
  width: number;
  height: number;
}

/** The longest side is at most this long: motion of a small part of the frame is still some pixels, and a look at it costs little. */
export const MAX_SIDE = 160;

/** Means of squares, so that the longest side is at most `MAX_SIDE`. */
export function shrink(frame: GreyFrame): GreyFrame {
  const factor = Math.ceil(Math.max(frame.width, frame.height) / MAX_SIDE);
  if (factor === 1) return frame;
  const width = Math.floor(frame.width / factor);
  const height = Math.max(1, Math.floor(frame.height / factor));
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let dy = 0; dy < factor; dy++) {
        const from = (y * factor + dy) * frame.width + x * factor;
        for (let dx = 0; dx < factor; dx++) sum += frame.pixels[from + dx]!;
      }
      pixels[y * width + x] = sum / (factor * factor);
    }
  }
  return { pixels, width, height };
}
