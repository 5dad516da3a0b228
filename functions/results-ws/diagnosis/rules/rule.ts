import type { Finding } from '@framewire/contract';
import type { Snapshot } from '../snapshot.ts';

export type RuleFinding = Omit<Finding, 'since' | 'id' | 'effects'>;
/**
 * Looks at the snapshot of this moment alone, and finds at most one thing of its cause. Whether it lasts long enough to be told, and what it
 * follows from, is not for a rule to say: see `explain.ts` and `../diagnosis.ts`.
 */
export type Rule = (snapshot: Snapshot) => RuleFinding | undefined;
