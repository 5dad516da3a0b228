/** A picture waiting to be painted. */
interface Paintable {
  jpeg: Uint8Array<ArrayBuffer>;
}

export interface Painter<P> {
  offer(picture: P): void;
  close(): void;
}

/**
 * Paints JPEGs on a canvas, decoded off the main thread and drawn with the next frame of the screen. The newest wins:
 * what comes while one is at work replaces what was waiting. `painted` is called in the very frame that shows it.
 */
export function createPainter<P extends Paintable>(
  canvas: HTMLCanvasElement,
  painted: (picture: P, size: { width: number; height: number }) => void,
): Painter<P> {
  const context = canvas.getContext('2d', { alpha: false })!;
  let waiting: P | undefined;
  let busy = false;
  let closed = false;

  async function work() {
    busy = true;
    while (waiting && !closed) {
      const picture = waiting;
      waiting = undefined;
      const bitmap = await decode(picture.jpeg).catch(() => undefined);
      if (!bitmap) continue;
      await new Promise(requestAnimationFrame);
      if (!closed) {
        if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
        if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
        context.drawImage(bitmap, 0, 0);
        painted(picture, { width: bitmap.width, height: bitmap.height });
      }
      bitmap.close();
    }
    busy = false;
  }

  return {
    offer(picture) {
      waiting = picture;
      if (!busy) void work();
    },
    close() {
      closed = true;
    },
  };
}

const decode = (jpeg: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> =>
  createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
