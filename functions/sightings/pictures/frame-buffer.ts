/** A frame whose records do not come for so long is forgotten, milliseconds. */
const KEEP_MS = 30_000;

/** The last seconds of frames, in memory. */
export interface FrameBuffer {
  add(frameId: string, jpeg: Uint8Array): void;
  get(frameId: string): Uint8Array | undefined;
  has(frameId: string): boolean;
  readonly bytes: number;
}

/** @param maxBytes the oldest frames go first. */
export function createFrameBuffer(maxBytes: number, now: () => number = Date.now): FrameBuffer {
  const held = new Map<string, { jpeg: Uint8Array; at: number }>();
  let bytes = 0;

  function forget(frameId: string): void {
    bytes -= held.get(frameId)?.jpeg.length ?? 0;
    held.delete(frameId);
  }

  return {
    add(frameId, jpeg) {
      forget(frameId);
      held.set(frameId, { jpeg, at: now() });
      bytes += jpeg.length;
      for (const [oldest, { at }] of held) {
        if (bytes <= maxBytes && now() - at < KEEP_MS) break;
        forget(oldest);
      }
    },
    get: (frameId) => held.get(frameId)?.jpeg,
    has: (frameId) => held.has(frameId),
    get bytes() {
      return bytes;
    },
  };
}
