import { duration } from '../ui/format.ts';
import { type CameraFacts, say, type Verdict } from './facts.ts';

/** Pictures that are so old when they are here are late, milliseconds. */
export const LATE = 2000;

/** Pictures come, and too late. @param age of the newest, or of most when they were drawn, milliseconds. */
export const sayLate = (age: number): Verdict =>
  say('warn', 'late', 'Pictures are late.', `They are ${duration(age)} old when they are drawn.`, {
    help: 'This browser or its line is slow, or the clocks of the cameras are behind.',
  });

/** Of those that come late, the age of the newest. */
export function lateAge(cameras: CameraFacts[]): number | undefined {
  const ages = cameras.filter(({ late }) => late).flatMap(({ pictureAge }) => pictureAge ?? []);
  return ages.length === 0 ? undefined : Math.min(...ages);
}
