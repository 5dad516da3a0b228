import type { KeptPromise } from '@framewire/contract';
import { duration, percent, percentBelow } from '../ui/format.ts';
import { type Facts, type Headline, newHeadline } from './facts.ts';

/** A smaller share of dropped frames is not what misses the objective. */
const MIN_LOSS = 0.02;

/** How well the SLO is met, as a sentence; undefined where nothing is known of it. */
export function describeSlo({ holds, within, goal, target, lost, p95 }: KeptPromise): string | undefined {
  const fresh = `within ${duration(target)}`;
  if (holds === 'no' && within !== undefined && within < goal)
    return `Pictures are late: ${percentBelow(within, goal)} ${fresh} (SLO ${percent(goal)}).`;
  if (holds === 'no' && lost >= MIN_LOSS) return `Frames are dropped: ${percent(lost)} of them.`;
  if (holds === 'no') return 'Pictures are late or frames are dropped.';
  if (holds === 'barely' && p95 !== undefined)
    return `Pictures are nearly late: p95 is ${duration(p95)}, the target ${duration(target)}.`;
  return within === undefined ? undefined : `${percent(within)} ${fresh}.`;
}

/** The SLO is missed, and no finding explains it. */
export function sloMissed({ promise }: Facts): Headline | undefined {
  if (promise?.holds !== 'no') return undefined;
  return newHeadline('warn', 'slo', describeSlo(promise)!, 'The cause is unknown.', {
    evidence: { text: 'See the latency breakdown', href: '#/diagnosis' },
  });
}
