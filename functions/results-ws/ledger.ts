import type {
  LedgerAccount,
  LedgerAnswer,
  MissingFrame,
  Outcome,
  PassedFrame,
  ResultRecord,
} from '@framewire/contract';
import { numberedFrameId } from '@framewire/runtime';
import { createNumbers, type Gap, type Numbers } from './numbers.ts';

/** A frame whose outcome is not there is in flight for so long after a later one had its own; then it is unaccounted, seconds. */
export const GRACE = 30;
/** While the stream is read from within, a source's numbers may begin anywhere; after so much of it they begin at 1, seconds. */
const SETTLING = 60;
/** A source that is silent for so long and misses nothing is forgotten; what it counted stays, seconds. */
const FORGET_AFTER = 3_600;
const MOST_SOURCES = 10_000;
/** Frames that are named one by one. */
const MOST_NAMED = 200;

/**
 * What became of every frame, from `source`, `seq` and `shed` of the outcomes alone: a number below one that had its outcome, and
 * without one of its own, is in flight or unaccounted for. Made anew from the stream by each replica at its start.
 */
export interface Ledger {
  /** Each outcome once, in the order of the stream. */
  add(record: ResultRecord): void;
  /** A frame that ended in another function's answer: an outcome, though none that is counted here. */
  passed(frame: PassedFrame): void;
  /** Another message told an outcome that was told before. */
  repeated(camera: string): void;
  /** Frames that are unaccounted for, the first 200. */
  missing(): MissingFrame[];
  answer(): LedgerAnswer;
  clear(): void;
}

interface Source {
  camera_id: string;
  numbers: Numbers;
  /** Whether each frame that was told had the id that follows from its number: then so has one that is missing. */
  idsFollow?: boolean;
}

/** @param clock milliseconds since the epoch. */
export function createLedger(clock: () => number = Date.now): Ledger {
  const sources = new Map<string, Source>();
  const accounts = new Map<string, LedgerAccount>();
  let knownSince: number | undefined;

  function account(camera: string): LedgerAccount {
    let found = accounts.get(camera);
    if (!found) {
      found = { camera_id: camera, ...emptyCounts() };
      accounts.set(camera, found);
    }
    return found;
  }

  function one({ source, camera_id, seq, shed, timestamp }: PassedFrame): Source {
    let found = sources.get(source);
    if (!found) {
      const began = timestamp - knownSince! > SETTLING ? 1 : Math.min(seq, ...(shed ?? []).map(([first]) => first));
      forgetOld();
      account(camera_id); // what is missing of it stands there, whether or not anything else does
      found = { camera_id, numbers: createNumbers(began) };
      sources.set(source, found);
    }
    return found;
  }

  function forgetOld(): void {
    const now = clock() / 1000;
    for (const [id, { numbers }] of sources) {
      const silent = now - numbers.lastTold > FORGET_AFTER && numbers.gaps.length === 0;
      if (silent || sources.size > MOST_SOURCES) sources.delete(id);
    }
  }

  const isLate = ({ since }: Gap) => clock() / 1000 - since > GRACE;

  function missing(): MissingFrame[] {
    const found: MissingFrame[] = [];
    for (const [source, { camera_id, numbers, idsFollow }] of sources)
      for (const { first, last, since } of numbers.gaps.filter(isLate))
        for (let seq = first; seq <= last && found.length < MOST_NAMED; seq++)
          found.push({ frame_id: idsFollow ? numberedFrameId(source, seq) : undefined, camera_id, source, seq, since });
    return found;
  }

  return {
    add(record) {
      knownSince = Math.min(knownSince ?? record.timestamp, record.timestamp);
      const { camera_id, source, seq, shed = [], outcome, timestamp } = record;
      const counts = account(camera_id);
      if (source === undefined || seq === undefined) {
        counts.unnumbered++;
        counts[outcome]++;
        return;
      }
      const from = one({ ...record, source, seq });
      const { numbers } = from;
      // what was shed can stand under an id of its own
      if (outcome !== 'shed')
        from.idsFollow = from.idsFollow !== false && record.frame_id === numberedFrameId(source, seq);
      const fresh = numbers.tell([[seq, seq]], timestamp);
      counts[outcome] += fresh;
      counts.duplicates += 1 - fresh;
      counts.shed += numbers.tell(shed, timestamp);
    },
    passed(frame) {
      const { camera_id, seq, shed = [], timestamp } = frame;
      knownSince = Math.min(knownSince ?? timestamp, timestamp);
      const { numbers } = one(frame);
      numbers.tell([[seq, seq]], timestamp);
      if (shed.length) account(camera_id).shed += numbers.tell(shed, timestamp);
    },
    repeated: (camera) => void account(camera).duplicates++,
    missing,
    answer() {
      const answers = new Map([...accounts].map(([id, counts]) => [id, { ...counts }]));
      for (const { camera_id, numbers } of sources.values())
        for (const gap of numbers.gaps)
          answers.get(camera_id)![isLate(gap) ? 'unaccounted' : 'in_flight'] += gap.last - gap.first + 1;
      const cameras = [...answers.values()].map(withTotal);
      const { camera_id: _, ...totals } = withTotal(cameras.reduce(sum, { camera_id: '', ...emptyCounts() }));
      return { known_since: knownSince ?? null, grace: GRACE, totals, cameras, unaccounted: missing() };
    },
    clear() {
      sources.clear();
      accounts.clear();
      knownSince = undefined;
    },
  };
}

const OUTCOMES = ['detected', 'expired', 'rejected', 'failed', 'shed'] as const satisfies Outcome[];
const COUNTS = [...OUTCOMES, 'in_flight', 'unaccounted', 'duplicates', 'unnumbered'] as const;

const emptyCounts = () => ({
  published: 0,
  ...(Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<(typeof COUNTS)[number], number>),
});

/** Every frame that is known of ends in one of these. */
const withTotal = (counts: LedgerAccount): LedgerAccount => ({
  ...counts,
  published: [...OUTCOMES, 'in_flight' as const, 'unaccounted' as const].reduce(
    (total, name) => total + counts[name],
    0,
  ),
});

function sum(total: LedgerAccount, counts: LedgerAccount): LedgerAccount {
  for (const name of COUNTS) total[name] += counts[name];
  return total;
}
