import { type CameraSpec, type CameraView, framesAnswer } from '@framewire/contract';
import { sleep } from '@framewire/runtime/process';
import { inject } from 'vitest';
import { putCamera, removeCameras, viewOf } from '../../testkit/system/cameras.ts';
import { aCase } from './case.ts';

/** A camera as it is at a moment. */
export interface Watched {
  view: CameraView | undefined;
  /** Its frames so far that a detector answered for. */
  detected: number;
  /** Since it was added, seconds. */
  seconds: number;
  /** Sizes of its pictures so far, as `640x480`. */
  sizes: string[];
}

let count = 0;

/**
 * A camera that is added, watched until it is as is right, and taken out.
 * @param forSeconds as long as it may take. @param stays it must be so at the end of the time, not at any moment within it.
 */
export function cameraCase(
  name: string,
  right: string,
  spec: () => Partial<CameraSpec> & { url: string },
  isRight: (watched: Watched) => boolean,
  { forSeconds = 30, stays = false } = {},
): void {
  aCase(
    name,
    right,
    async () => {
      const system = inject('system');
      const id = `case-${++count}-${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 40)}`;
      try {
        await putCamera(system, id, spec());
      } catch (error) {
        return { seen: (error as Error).message, ok: false };
      }
      const began = Date.now();
      let watched: Watched | undefined;
      try {
        for (;;) {
          await sleep(250);
          const view = await viewOf(system, id);
          const seconds = (Date.now() - began) / 1000;
          const answer = await fetch(`${system.dashboard}/api/frames?camera=${id}&limit=1000`);
          const { frames } = framesAnswer.parse(await answer.json());
          const sizes = new Set(frames.flatMap(({ image }) => (image ? [`${image.width}x${image.height}`] : [])));
          watched = { view, seconds, detected: view?.outcomes.detected ?? 0, sizes: [...sizes] };
          if (seconds > forSeconds || (!stays && isRight(watched))) break;
        }
      } finally {
        await removeCameras(system, id);
      }
      return { seen: describe(watched), ok: isRight(watched) };
    },
    { timeout: (forSeconds + 60) * 1000, concurrent: true },
  );
}

function describe({ view, detected, seconds, sizes }: Watched): string {
  const { state = 'unknown', reason, restarts = 0 } = view?.source ?? {};
  const said = [state, reason].filter(Boolean).join(': ');
  return `${said}; ${detected} frames in ${Math.round(seconds)} s, ${sizes.join(' ') || 'no size'}, ${restarts} restarts`;
}
