import type { Box } from '@framewire/contract';

/**
 * One coordinate under a Kalman filter with constant velocity: place, velocity per second, and the three numbers of their covariance.
 * Accelerations are white noise, so that uncertainty grows with the time that passes and not with the count of frames.
 */
export type Axis = [place: number, velocity: number, pp: number, pv: number, vv: number];

/** The middle of a box, its width and its height. The four do not depend on one another: 20 numbers a track. */
export type Motion = [x: Axis, y: Axis, w: Axis, h: Axis];

/** What an object may do and a detector may miss, in sizes of its box (the root of its area). */
const NOISE = {
  /** Standard deviation of a detected place. */
  place: 0.05,
  /** How fast a new object may be, sizes per second. */
  velocity: 1.5,
  /** Spectral density of accelerations: sizes per s^1.5. */
  acceleration: 0.2,
  /** The same for width and height, which change less. */
  size: 0.08,
  growth: 0.2,
  stretching: 0.15,
};

const sizeOf = (w: number, h: number) => Math.max(1, Math.sqrt(Math.max(0, w) * Math.max(0, h)));

export function beginMotion({ x, y, w, h }: Box): Motion {
  const size = sizeOf(w, h);
  const axis = (value: number, noise: number, velocity: number): Axis => [
    value,
    0,
    (noise * size) ** 2,
    0,
    (velocity * size) ** 2,
  ];
  return [
    axis(x + w / 2, NOISE.place, NOISE.velocity),
    axis(y + h / 2, NOISE.place, NOISE.velocity),
    axis(w, NOISE.size, NOISE.growth),
    axis(h, NOISE.size, NOISE.growth),
  ];
}

/** @param seconds that passed. */
export function predict(motion: Motion, seconds: number): void {
  const size = sizeOf(motion[2][0], motion[3][0]);
  for (const [i, axis] of motion.entries()) {
    const density = ((i < 2 ? NOISE.acceleration : NOISE.stretching) * size) ** 2;
    const [, velocity, , pv, vv] = axis;
    axis[0] += velocity * seconds;
    axis[2] += 2 * seconds * pv + seconds ** 2 * vv + (density * seconds ** 3) / 3;
    axis[3] += seconds * vv + (density * seconds ** 2) / 2;
    axis[4] += density * seconds;
  }
}

/** Corrects what was predicted by what was detected. */
export function correct(motion: Motion, { x, y, w, h }: Box): void {
  const size = sizeOf(w, h);
  for (const [i, value] of [x + w / 2, y + h / 2, w, h].entries()) {
    const axis = motion[i as 0 | 1 | 2 | 3];
    const noise = ((i < 2 ? NOISE.place : NOISE.size) * size) ** 2;
    const [place, , pp, pv] = axis;
    const total = pp + noise;
    const [gain, velocityGain] = [pp / total, pv / total];
    axis[0] += gain * (value - place);
    axis[1] += velocityGain * (value - place);
    axis[4] -= velocityGain * pv;
    axis[3] = (1 - gain) * pv;
    axis[2] = (1 - gain) * pp;
  }
}

/** Where the box is expected. */
export function boxOf([[cx], [cy], [width], [height]]: Motion): Box {
  const [w, h] = [Math.max(1, width), Math.max(1, height)];
  return { x: cx - w / 2, y: cy - h / 2, w, h };
}

/** How far off the place may be: a standard deviation across and down, pixels. */
export const spreadOf = ([[, , x], [, , y]]: Motion): [number, number] => [Math.sqrt(x), Math.sqrt(y)];
