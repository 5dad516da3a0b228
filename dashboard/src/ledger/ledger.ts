import { type LedgerAnswer, type Outcome, outcome } from '@framewire/contract';

/** What each outcome means, for a person. */
export const OUTCOME: Record<Outcome, string> = {
  detected: 'the function answered',
  expired: 'its deadline passed first',
  rejected: 'the picture is bad',
  failed: 'tried to the delivery limit',
  shed: 'its source let it go',
};

export interface Share {
  outcome: Outcome;
  frames: number;
  /** Of all, 0 to 1. */
  share: number;
}

/** What all frames became that were counted, in the order of `outcome`; what never happened is left out. */
export interface Ledger {
  total: number;
  /** Since when it is counted, seconds since the epoch. */
  since: number;
  shares: Share[];
}

/** Of no frame there is no ledger. The totals hold frames of cameras that were removed meanwhile too: they never go down. */
export function ledger(answer: Pick<LedgerAnswer, 'totals' | 'known_since'> | undefined): Ledger | undefined {
  if (!answer || answer.known_since === null) return undefined;
  const counts = outcome.options.map((name) => ({ outcome: name, frames: answer.totals[name] }));
  const total = counts.reduce((sum, count) => sum + count.frames, 0);
  if (total === 0) return undefined;
  return {
    total,
    since: answer.known_since,
    shares: counts.filter((count) => count.frames > 0).map((count) => ({ ...count, share: count.frames / total })),
  };
}
