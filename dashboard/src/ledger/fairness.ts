import type { Share } from '@framewire/contract';
import { percent } from '../ui/format.ts';

/** By Jain's index; and the least part to the greatest, since one of many that gets less hardly moves the index. */
const EVEN = { index: 0.95, spread: 0.85 };
const NEARLY = { index: 0.8, spread: 0.5 };

/** How the frames that got through were shared, in words, and who comes off worst where that is not even. */
export function fairness(index: number | undefined, shares: Share[]): { word: string; words: string } {
  const asking = shares.filter(({ asked }) => asked > 0);
  if (index === undefined || asking.length === 0) return { word: 'unknown', words: 'No camera asks for anything now.' };
  const parts = asking.map((share) => ({ ...share, part: partOf(share) })).sort((a, b) => a.part - b.part);
  const [least, most] = [parts[0]!, parts.at(-1)!];
  if (asking.length === 1)
    return { word: 'alone', words: `One camera asks, and gets ${percent(least.part)} of its frames through.` };
  const same = `each camera gets ${least.part === most.part ? '' : 'about '}the same part of its frames through`;
  const is = (limit: { index: number; spread: number }) =>
    index >= limit.index && least.part >= limit.spread * most.part;
  if (is(EVEN))
    return {
      word: 'evenly',
      words: `Shared evenly: ${same}, ${percent(least.part)}${least.part === most.part ? '' : ` to ${percent(most.part)}`}.`,
    };
  const worst = `${least.camera_id} gets ${percent(least.part)} of its frames through, ${most.camera_id} ${percent(most.part)}.`;
  return is(NEARLY)
    ? { word: 'nearly evenly', words: `Shared nearly evenly: ${worst}` }
    : { word: 'unevenly', words: `Shared unevenly: ${worst}` };
}

/** Of what a camera asked for, what was shown: 0 to 1. */
export const partOf = ({ asked, shown }: Share): number => (asked > 0 ? Math.min(1, shown / asked) : 0);
