import type { SloStatus } from '@framewire/contract';
import { duration, percent, percentBelow } from '../ui/format.ts';
import { type Facts, type Headline, newHeadline } from './facts.ts';

/** A smaller share of dropped frames is not what misses the objective. */
const MIN_DROPPED_RATIO = 0.02;

/** How well the SLO is met, as a sentence; undefined where nothing is known of it. */
export function describeSlo({
  status,
  good_ratio,
  objective,
  target,
  dropped_ratio,
  p95,
}: SloStatus): string | undefined {
  const fresh = `within ${duration(target)}`;
  if (status === 'missed' && good_ratio !== undefined && good_ratio < objective)
    return `Pictures are late: ${percentBelow(good_ratio, objective)} ${fresh} (SLO ${percent(objective)}).`;
  if (status === 'missed' && dropped_ratio >= MIN_DROPPED_RATIO)
    return `Frames are dropped: ${percent(dropped_ratio)} of them.`;
  if (status === 'missed') return 'Pictures are late or frames are dropped.';
  if (status === 'at_risk' && p95 !== undefined)
    return `Pictures are nearly late: p95 is ${duration(p95)}, the target ${duration(target)}.`;
  return good_ratio === undefined ? undefined : `${percent(good_ratio)} ${fresh}.`;
}

/** The SLO is missed, and no finding explains it. */
export function sloMissed({ slo }: Facts): Headline | undefined {
  if (slo?.status !== 'missed') return undefined;
  return newHeadline('warn', 'slo', describeSlo(slo)!, 'The cause is unknown.', {
    evidence: { text: 'See the latency breakdown', href: '#/diagnosis' },
  });
}
