import { duration } from '../ui/format.ts';
import { type CameraFacts, type Headline, newHeadline } from './facts.ts';

/** A picture this old on arrival is late, milliseconds. */
export const LATE_MS = 2000;

/** Pictures arrive too late. @param age of the newest, or the median when drawn, milliseconds. */
export const lateHeadline = (age: number): Headline =>
  newHeadline('warn', 'late', 'Pictures are late.', `They are ${duration(age)} old when they are drawn.`, {
    help: 'This browser or its network is slow, or the clocks of the cameras are behind.',
  });

/** Age of the newest picture of the late cameras. */
export function lateAge(cameras: CameraFacts[]): number | undefined {
  const ages = cameras.filter(({ late }) => late).flatMap(({ pictureAge }) => pictureAge ?? []);
  return ages.length === 0 ? undefined : Math.min(...ages);
}
