import type { OpenSourceFn } from '../video/source.ts';
import { createScene, LOOP_SECONDS } from './scene.ts';

/** Pictures per second of the loop. A camera with a higher rate repeats some. */
const FRAMES_PER_SECOND = 20;

/**
 * The drawn scene as a source. A frame is drawn when its turn comes for the first time, and kept (25 kB each), so that the
 * start costs one frame.
 */
export function openDemo({ seed, fps }: { seed: string; fps: number }): OpenSourceFn {
  const scene = createScene(seed);
  const frames: (Uint8Array | undefined)[] = [];
  const count = LOOP_SECONDS * FRAMES_PER_SECOND;

  async function frame(index: number): Promise<Uint8Array> {
    frames[index] ??= await scene.draw(index / FRAMES_PER_SECOND);
    return frames[index];
  }

  return ({ onFrame, onEnd }) => {
    const begin = performance.now();
    let timer: NodeJS.Timeout | undefined;
    let closed = false;

    function show(n: number): void {
      frame(Math.round((n * FRAMES_PER_SECOND) / fps) % count)
        .then((jpeg) => {
          if (closed) return;
          onFrame(jpeg);
          // behind by more than a frame, it lets those go: a camera does not hurry either
          const next = Math.max(n + 1, Math.floor(((performance.now() - begin) * fps) / 1000));
          timer = setTimeout(show, begin + (next * 1000) / fps - performance.now(), next);
        })
        .catch((error: Error) => onEnd(`the demo scene could not be drawn: ${error.message}`));
    }

    show(0);
    return {
      async close() {
        closed = true;
        clearTimeout(timer);
      },
    };
  };
}
