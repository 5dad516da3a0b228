import { createLruMap } from '../process/lru.ts';

/** Cameras that a metric tells apart: a camera id is free text of whoever posts frames. */
const MAX_CAMERAS = 200;
/** A label that was not used for so long gives way to a new camera, milliseconds. */
const IDLE_MS = 3_600_000;

/**
 * A camera's label `camera_id`: its id, or `other` while 200 others are in use.
 * @param forget called when a camera's label gives way: its series are to be removed. @param clock milliseconds since the epoch.
 */
export function createCameraLabels(
  forget: (camera: string) => void,
  clock: () => number = Date.now,
): (camera: string) => string {
  const used = createLruMap<string, number>(MAX_CAMERAS, forget);
  return (camera) => {
    const now = clock();
    if (!used.has(camera) && used.size >= MAX_CAMERAS) {
      const [, oldest] = used.entries().next().value!;
      if (now - oldest < IDLE_MS) return 'other';
    }
    used.set(camera, now);
    return camera;
  };
}
