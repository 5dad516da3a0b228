import type { LedgerAnswer, MissingFrame } from '@framewire/contract';
import type { Ledger } from './ledger.ts';

/** One computation serves all who ask within so long, milliseconds. */
const FRESH_MS = 1_000;

/** What the ledger says to a scrape, to `GET api/ledger` and to the diagnosis: each computed at most once a second, and only if asked for. */
export interface LedgerAnswers {
  totals(): LedgerAnswer['totals'];
  answer(): LedgerAnswer;
  missing(): MissingFrame[];
  /** Frames from before are not counted, seconds since the epoch; undefined while none was. */
  readonly knownSince: number | undefined;
}

/** @param clock milliseconds since the epoch. */
export function createLedgerAnswers(ledger: Ledger, clock: () => number = Date.now): LedgerAnswers {
  function shared<T>(compute: () => T): () => T {
    let last: { value: T; at: number } | undefined;
    return () => {
      if (!last || Math.abs(clock() - last.at) >= FRESH_MS) last = { value: compute(), at: clock() };
      return last.value;
    };
  }
  return {
    totals: shared(ledger.totals),
    answer: shared(ledger.answer),
    missing: shared(ledger.missing),
    get knownSince() {
      return ledger.knownSince;
    },
  };
}
