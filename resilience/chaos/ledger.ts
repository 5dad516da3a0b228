import { ledgerAnswer } from '@framewire/contract';
import { sleep } from '@framewire/runtime/process';
import type { Counts } from '../../testkit/oracle/oracle.ts';

/** What is in flight is unaccounted for after a grace of half a minute; then the two must agree, milliseconds. */
const AGREE_MS = 90_000;

/** The system's own ledger beside the independent count. */
export interface LedgerCheck {
  published: number;
  own: Counts;
  independent: Counts;
  /** Published frames less all outcomes and those in flight or unaccounted: 0. */
  residual: number;
  /** Where the two differ, a sentence each. */
  differences: string[];
}

/** Waits until nothing is in flight, and compares. */
export async function compareLedger(dashboard: string, independent: () => Counts): Promise<LedgerCheck> {
  for (const end = Date.now() + AGREE_MS; ; await sleep(500)) {
    const check = await compareOnce(dashboard, independent());
    if (check.differences.length === 0 || Date.now() > end) return check;
  }
}

async function compareOnce(dashboard: string, independent: Counts): Promise<LedgerCheck> {
  const { totals } = ledgerAnswer.parse(await (await fetch(`${dashboard}/api/ledger`)).json());
  const { published, in_flight, detected, expired, rejected, failed, shed, still, duplicates, unaccounted } = totals;
  const own: Counts = { detected, expired, rejected, failed, shed, still, duplicates, unaccounted };
  const differences = (Object.keys(own) as (keyof Counts)[]).flatMap((name) =>
    own[name] === independent[name] ? [] : `${name}: ${own[name]} by api/ledger, ${independent[name]} in the stream`,
  );
  if (in_flight > 0) differences.push(`${in_flight} frames are in flight still`);
  const residual = published - (detected + expired + rejected + failed + shed + still + unaccounted + in_flight);
  if (residual !== 0) differences.push(`${residual} frames have no outcome, and are neither in flight nor unaccounted`);
  return { published, own, independent, residual, differences };
}
