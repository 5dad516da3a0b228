import {
  type LedgerAccount,
  type LedgerAnswer,
  type MissingFrame,
  type Outcome,
  type PassedFrame,
  type ResultRecord,
  timeOfUuid,
} from '@framewire/contract';
import { numberedFrameId } from '@framewire/runtime';
import { createNumbers, type Gap, type Numbers } from './numbers.ts';

/** A frame whose outcome is not there is in flight for so long after a later one had its own; then it is unaccounted, seconds. */
export const GRACE = 30;
/** Clocks of producers and of the connector may differ by so much, seconds. */
const CLOCKS = 60;
/** The one that was silent for longest is forgotten first; what it counted stays. */
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
  /** Another message told an outcome that was told before: again, or under a number that a repeat by its caller was given. */
  repeated(record: ResultRecord): void;
  /** Frames that are unaccounted for, the newest 200. */
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
  /** Of what sources gave out up to then not all may have been read, or remembered, seconds since the epoch. */
  let darkUntil = Number.NEGATIVE_INFINITY;

  function account(camera: string): LedgerAccount {
    let found = accounts.get(camera);
    if (!found) {
      found = { camera_id: camera, ...emptyCounts() };
      accounts.set(camera, found);
    }
    return found;
  }

  function one({ source, camera_id, seq, shed = [] }: Omit<PassedFrame, 'timestamp'>): Source {
    let found = sources.get(source);
    if (!found) {
      if (sources.size >= MOST_SOURCES) forgetOne();
      account(camera_id); // what is missing of it stands there, whether or not anything else does
      // of one that began in the light every number is known of; of any other those from the first that is told
      const isWhole = startOf(source) > darkUntil;
      found = { camera_id, numbers: createNumbers(isWhole ? 1 : Math.min(seq, ...shed.map(([first]) => first))) };
      sources.set(source, found);
    }
    return found;
  }

  function forgetOne(): void {
    const all = [...sources].map(([id, { numbers }]) => ({
      id,
      rank: numbers.gaps.length ? 1 : 0,
      at: numbers.lastTold,
    }));
    const { id } = all.reduce((a, b) => ((b.rank - a.rank || b.at - a.at) < 0 ? b : a));
    sources.delete(id);
    darkUntil = Math.max(darkUntil, startOf(id));
  }

  function begin(timestamp: number): void {
    if (knownSince !== undefined && knownSince <= timestamp) return;
    knownSince = timestamp;
    darkUntil = Math.max(darkUntil, timestamp + CLOCKS);
  }

  const isLate = ({ since }: Gap) => clock() / 1000 - since > GRACE;

  function missing(): MissingFrame[] {
    const late = [...sources].flatMap(([source, { camera_id, numbers, idsFollow }]) =>
      numbers.gaps.filter(isLate).map((gap) => ({ ...gap, source, camera_id, idsFollow })),
    );
    const found: MissingFrame[] = [];
    for (const { first, last, since, source, camera_id, idsFollow } of late.sort((a, b) => b.since - a.since))
      for (let seq = first; seq <= last && found.length < MOST_NAMED; seq++)
        found.push({ frame_id: idsFollow ? numberedFrameId(source, seq) : undefined, camera_id, source, seq, since });
    return found;
  }

  return {
    add(record) {
      begin(record.timestamp);
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
      begin(timestamp);
      const { numbers } = one(frame);
      numbers.tell([[seq, seq]], timestamp);
      if (shed.length) account(camera_id).shed += numbers.tell(shed, timestamp);
    },
    repeated({ camera_id, source, seq, shed = [], timestamp }) {
      const counts = account(camera_id);
      counts.duplicates++;
      if (source === undefined || seq === undefined) return;
      const { numbers } = one({ camera_id, source, seq, shed });
      numbers.tell([[seq, seq]], timestamp); // its outcome is counted under the number that it first had
      counts.shed += numbers.tell(shed, timestamp);
    },
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
      darkUntil = Number.NEGATIVE_INFINITY;
    },
  };
}

/** When it began, by its id, seconds since the epoch; for ever ago where that does not say. */
const startOf = (source: string): number => (timeOfUuid(source) ?? Number.NEGATIVE_INFINITY) / 1000;

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
