import { count } from '../format.ts';
import type { Rule } from '../snapshot.ts';

/** What was missed before that stands in the ledger, and is news no more, seconds. */
const MISSING_NEWS = 900;

export const unaccounted: Rule = ({ now, missing }) => {
  const fresh = missing.filter(({ since }) => now - since < MISSING_NEWS);
  if (fresh.length === 0) return undefined;
  return {
    cause: 'unaccounted',
    severity: 'critical',
    message: `${count(fresh.length, 'frame')} cannot be accounted for: there is no outcome.`,
    advice:
      'The ledger names them. Somebody else took them from the queue, or a producer died before it reported what it shed.',
    evidence: [{ title: 'without an outcome', value: fresh.length, unit: 'frames', limit: 0 }],
  };
};
