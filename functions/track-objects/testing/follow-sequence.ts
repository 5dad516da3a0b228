/** For benchmarks and tests: the tracker alone, over frames that are given. */
import type { Detection } from '@framewire/contract';
import { emptyState, placeOf, track } from '../tracking/tracker.ts';

export interface GivenFrame {
  /** Capture, seconds. */
  at: number;
  detections: Detection[];
}

/** Boxes with their numbers for each frame: those that were detected in it, as a page shows them. */
export function followSequence(
  frames: readonly GivenFrame[],
  lostS = 3,
): [id: number, x: number, y: number, w: number, h: number][][] {
  const state = emptyState();
  return frames.map(({ at, detections }) => {
    const candidates = detections.map((detection, index) => ({ ...detection, index }));
    const { tracks } = track(
      state,
      { captured_at: at, detections: candidates, sightingId: (i) => `${at} ${i}` },
      lostS,
    );
    return tracks.flatMap((one) => {
      if (!one.seen) return [];
      const { x, y, w, h } = placeOf(one);
      return [[one.id!, x, y, w, h] as [number, number, number, number, number]];
    });
  });
}
