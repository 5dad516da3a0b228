import { type LedgerAnswer, type Outcome, outcome } from '@framewire/contract';

/** What each outcome means. */
export const OUTCOME: Record<Outcome, string> = {
  detected: 'processed by the function',
  expired: 'dropped as stale: its deadline passed',
  rejected: 'not a valid image',
  failed: 'gave up at the delivery limit',
  shed: 'dropped by its source under overload',
  still: 'nothing moved, or outside the hours of its camera: not to be detected',
};

/** The outcomes of all counted frames, in the order of `outcome`, without those that never happened. */
export interface Ledger {
  /** When counting began, seconds since the epoch. */
  since: number;
  /** @prop share of all frames, 0 to 1. */
  shares: { outcome: Outcome; frames: number; share: number }[];
}

/** Undefined without frames. The totals include frames of removed cameras, so they never decrease. */
export function ledger(answer: Pick<LedgerAnswer, 'totals' | 'known_since'> | undefined): Ledger | undefined {
  if (!answer || answer.known_since === null) return undefined;
  const counts = outcome.options.map((name) => ({ outcome: name, frames: answer.totals[name] }));
  const total = counts.reduce((sum, count) => sum + count.frames, 0);
  if (total === 0) return undefined;
  return {
    since: answer.known_since,
    shares: counts.filter((count) => count.frames > 0).map((count) => ({ ...count, share: count.frames / total })),
  };
}
