import { type Box, type CountingLine, footOf, type ImageSize, type Point } from '@framewire/contract';
import { marginOf, sideOf } from './pixels.ts';

/** Where an object is to the lines of its camera. */
export interface Passage {
  /** Where it stood in the last frame in which it was detected. */
  place?: Point;
  /**
   * For each line the side on which it was last, 1 right and -1 left, and whether its way has passed through the line since: below 0
   * for yes. 2 and -2 for that.
   */
  sides: Record<string, number>;
}

export const beginPassage = (): Passage => ({ sides: {} });

/**
 * The lines that an object crossed on its way since the last frame in which it was detected: the way meets the line, and it has left the
 * line behind by a margin. So it counts once, however often it goes back and forth on the line. Changes `passage`.
 */
export function pass(
  passage: Passage,
  lines: readonly CountingLine[],
  box: Box,
  image: ImageSize,
): { line: string; direction: 'in' | 'out' }[] {
  const place = footOf(box, image);
  const before = passage.place;
  const margin = marginOf(box);
  const crossings: { line: string; direction: 'in' | 'out' }[] = [];
  const sides: Record<string, number> = {};
  for (const { name, from, to } of lines) {
    const distance = sideOf(place, from, to, image);
    const known = passage.sides[name];
    const side = known === undefined ? signOf(distance) : Math.sign(known);
    const met = before !== undefined && meets(before, place, from, to, image);
    // meeting it twice is no crossing
    let through = (known !== undefined && Math.abs(known) === 2) !== met;
    let now = side;
    if (Math.abs(distance) > margin) {
      now = signOf(distance);
      if (through && now !== side) crossings.push({ line: name, direction: now > 0 ? 'in' : 'out' });
      through = false;
    }
    sides[name] = through ? 2 * now : now;
  }
  passage.place = place;
  passage.sides = sides;
  return crossings;
}

/** A place on the line itself counts as right of it. */
const signOf = (distance: number) => (distance >= 0 ? 1 : -1);

/** Whether the way from one place to another leads from one side of a line to the other, between its ends. */
function meets(a: Point, b: Point, from: Point, to: Point, image: ImageSize): boolean {
  if (signOf(sideOf(a, from, to, image)) === signOf(sideOf(b, from, to, image))) return false;
  // where a and b are the same there is no way, and so no side of it
  return signOf(sideOf(from, a, b, image)) !== signOf(sideOf(to, a, b, image));
}
