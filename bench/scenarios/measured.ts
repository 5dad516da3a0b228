import type { Window } from '../load.ts';

export const CAMERAS = 4;

/** What was measured of one subject in one round. */
export interface Round {
  /** Frames a second at full load. */
  rate: number;
  full?: Window;
  half?: Window;
  twice?: Window;
  /** Milliseconds of CPU that its detector needs for a frame when it does nothing else. */
  floor?: number;
}

/**
 * - `python`: the first generation's worker;
 * - `alone`: decoding and detecting on one thread;
 * - `function`: replicas of detect-faces, posted to directly;
 * - `framewire`: the whole system.
 */
export type Kind = 'python' | 'alone' | 'function' | 'framewire';

export interface Measured {
  name: string;
  kind: Kind;
  rounds: Round[];
}
