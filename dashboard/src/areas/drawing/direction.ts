import type { CountingLine } from '@framewire/contract';
import type { Size } from '../../picture/letterbox.ts';

/** What shows the direction of a line, pixels of the picture as it is shown. */
export interface Arrow {
  from: [number, number];
  to: [number, number];
  /** Where the words stand. */
  in: [number, number];
  out: [number, number];
}

const LENGTH = 26;
const WORD = 40;
/** A word is kept so far from the border. */
const MARGIN = 14;

/** The way that `in` goes, of length 1: to the right of whoever looks from `from` to `to`. */
function inward({ from, to }: Pick<CountingLine, 'from' | 'to'>, { width, height }: Size): [number, number] {
  const [dx, dy] = [(to[0] - from[0]) * width, (to[1] - from[1]) * height];
  const length = Math.hypot(dx, dy) || 1;
  return [-dy / length || 0, dx / length || 0];
}

export function arrowOf(line: Pick<CountingLine, 'from' | 'to'>, size: Size): Arrow {
  const [nx, ny] = inward(line, size);
  const middle = [((line.from[0] + line.to[0]) / 2) * size.width, ((line.from[1] + line.to[1]) / 2) * size.height];
  const at = (distance: number): [number, number] => [middle[0]! + nx * distance, middle[1]! + ny * distance];
  const kept = ([x, y]: [number, number]): [number, number] => [
    Math.min(size.width - MARGIN, Math.max(MARGIN, x)),
    Math.min(size.height - MARGIN, Math.max(MARGIN, y)),
  ];
  return { from: at(-LENGTH), to: at(LENGTH), in: kept(at(WORD)), out: kept(at(-WORD)) };
}

const WAYS = ['right', 'down and right', 'down', 'down and left', 'left', 'up and left', 'up', 'up and right'];

/** The way that `in` goes, for those who do not see the arrow: `down and right`. */
export function wayIn(line: Pick<CountingLine, 'from' | 'to'>, size: Size): string {
  const [x, y] = inward(line, size);
  const eighth = Math.round(Math.atan2(y, x) / (Math.PI / 4));
  return WAYS[(eighth + WAYS.length) % WAYS.length]!;
}
