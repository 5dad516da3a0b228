/** For tests alone: what the rules find in a snapshot. */
import type { Finding } from '@framewire/contract';
import { explains } from '../diagnosis/rules/explain.ts';
import { runRules } from '../diagnosis/rules/rules.ts';
import type { RuleFinding } from '../diagnosis/snapshot.ts';
import { NOW, outcome, snapshotOf } from './snapshot.ts';

/** What is found and follows from nothing else that is found. */
export function judge(snapshot: Parameters<typeof runRules>[0], stretch = 1): RuleFinding[] {
  const found = runRules(snapshot, (rule, error) => {
    throw new Error(`${rule} throws`, { cause: error });
  });
  const same = (one: RuleFinding, other: RuleFinding) =>
    !one.function || !other.function || one.function === other.function;
  return found.filter((one) => !found.some((other) => same(one, other) && explains(other.cause, one, stretch)));
}
/** A finding of this moment, seconds since the epoch. */
export const findingSince = (since: number, more: Partial<Finding> = {}): Finding => ({
  cause: 'cpu',
  severity: 'warning',
  message: 'Not enough CPU.',
  advice: 'More cores help.',
  evidence: [],
  effects: [],
  since,
  ...more,
});

export const causes = (found: RuleFinding[]) => found.map(({ cause }) => cause);
export const first = (...args: Parameters<typeof snapshotOf>) => judge(snapshotOf(...args))[0];

/** A live frame whose function had so many milliseconds until its deadline, and gave no answer. */
export const unanswered = (ms: number) =>
  outcome('expired', {
    reason_code: 'deadline_in_function',
    stages: { invoked_at: NOW * 1000 - 1000 - ms, answered_at: NOW * 1000 - 1000 },
  });
