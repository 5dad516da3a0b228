import type { Share } from '@framewire/contract';
import { percent } from '../ui/format.ts';

/** Limits of Jain's index, and of the smallest ratio to the largest: one starved camera of many hardly moves the index. */
const EVEN = { index: 0.95, spread: 0.85 };
const NEARLY = { index: 0.8, spread: 0.5 };

/** Describes how evenly capacity is shared between cameras, and names the worst off where it is not. */
export function fairness(index: number | undefined, shares: Share[]): string {
  const sending = shares.filter(({ offered }) => offered > 0);
  if (index === undefined || sending.length === 0) return 'No camera is sending.';
  const parts = sending.map((share) => ({ ...share, part: partOf(share) })).sort((a, b) => a.part - b.part);
  const [least, most] = [parts[0]!, parts.at(-1)!];
  if (sending.length === 1) return `One camera is sending: ${percent(least.part)} of its frames are detected.`;
  const same = `each camera gets ${least.part === most.part ? '' : 'about '}the same share of its frames detected`;
  const is = (limit: { index: number; spread: number }) =>
    index >= limit.index && least.part >= limit.spread * most.part;
  if (is(EVEN))
    return `Shared evenly: ${same}, ${percent(least.part)}${least.part === most.part ? '' : ` to ${percent(most.part)}`}.`;
  const worst = `${percent(least.part)} of ${least.camera_id} is detected, ${percent(most.part)} of ${most.camera_id}.`;
  return `Shared ${is(NEARLY) ? 'nearly evenly' : 'unevenly'}: ${worst}`;
}

/** Share of a camera's frames that is detected, 0 to 1. */
export const partOf = ({ offered, detected }: Share): number => (offered > 0 ? Math.min(1, detected / offered) : 0);
