/** A load step: one camera, many, one again. */
export interface Plan {
  /** Frames a second of each camera. */
  fps: number;
  /** Cameras at the height of the step. */
  cameras: number;
  /** Seconds before the step and at its height. */
  before: number;
  high: number;
  /** Seconds after it by which the replicas have to be back. */
  after: number;
}

/** What a person may say otherwise. */
export interface PlanOptions {
  quick: boolean;
  fps?: number;
  cameras?: number;
  /** Seconds at the height. */
  high?: number;
}

/**
 * By detector: one camera is some of what one replica serves, and the many are more than two serve; where two cores cannot serve that
 * many, as much as shows it.
 */
const LOADS: Record<string, { fps: number; cameras: number }> = {
  yunet: { fps: 15, cameras: 8 },
  haar: { fps: 2, cameras: 8 },
  sleep: { fps: 3, cameras: 8 },
};

export function planFor(detector: string, { quick, fps, cameras, high }: PlanOptions): Plan {
  const known = Object.keys(LOADS).find((name) => detector.startsWith(name));
  const load = LOADS[known ?? 'haar']!;
  const times = quick ? { before: 10, high: 45, after: 75 } : { before: 30, high: 600, after: 120 };
  return { ...times, fps: fps ?? load.fps, cameras: cameras ?? load.cameras, ...(high !== undefined && { high }) };
}
