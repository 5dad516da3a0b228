import type { KeptPromise } from '@framewire/contract';
import { duration, percent, percentBelow } from '../ui/format.ts';
import { type Facts, say, type Verdict } from './facts.ts';

/** Loss below this is not what breaks the promise. */
const SOME = 0.02;

/** What was promised, and how far it is held, in a sentence; undefined where nothing is known of it. */
export function promiseWords({ holds, within, goal, target, lost, p95 }: KeptPromise): string | undefined {
  const fresh = `within ${duration(target)}`;
  if (holds === 'no' && within !== undefined && within < goal)
    return `Pictures are late: ${percentBelow(within, goal)} ${fresh}, not ${percent(goal)}.`;
  if (holds === 'no' && lost >= SOME) return `Frames are let go: ${percent(lost)} of them.`;
  if (holds === 'no') return 'Pictures are late or let go.';
  if (holds === 'barely' && p95 !== undefined)
    return `Pictures are nearly late: 95 of 100 take up to ${duration(p95)} of ${duration(target)}.`;
  return within === undefined ? undefined : `${percent(within)} ${fresh}.`;
}

/** It does not hold, and nobody knows why. */
export function broken({ promise }: Facts): Verdict | undefined {
  if (promise?.holds !== 'no') return undefined;
  return say('warn', 'promise', promiseWords(promise)!, 'What causes it is not known.', {
    evidence: { words: 'See where the time goes', href: '#/verdict' },
  });
}
