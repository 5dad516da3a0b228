import {
  CONNECTOR_REPORT_S,
  type ConnectorRecord,
  type LedgerAnswer,
  type MissingFrame,
  type PassedFrame,
  type ResultRecord,
  timeOfUuid,
} from '@framewire/contract';
import { numberedFrameId } from '@framewire/runtime/frames';
import { createLruMap } from '@framewire/runtime/process';
import { type Account, byCamera, byTopic, createAccount, sum, withTotal } from './account.ts';
import { createSequenceNumbers, type Gap, type SequenceNumbers } from './sequence-numbers.ts';

/** A frame whose outcome is missing is in flight for so long after it must have left the queue; then it is unaccounted for, seconds. */
export const GRACE = 30;
/** Clocks of producers and of the connector may differ by so much, seconds. */
const CLOCKS = 60;
/** Time in which nothing was heard of any connector counts as no more than this, seconds: frames wait for it in the queue. */
const MAX_STEP = 1.5 * CONNECTOR_REPORT_S;
/** The source that was silent for longest is forgotten first; what it counted stays. */
const MAX_SOURCES = 10_000;
/** Of cameras and their topics: ids are free text of whoever posts frames. Beyond so many, the one silent for longest is counted with `others`. */
const MAX_ACCOUNTS = 1_000;
/** Gaps of all sources that are known one by one. */
const MAX_GAPS = 50_000;
/** Frames that are named one by one. */
const MAX_NAMED = 200;

/**
 * What became of every frame, from `source`, `seq`, `shed` and `still` of the outcomes alone: a number below one that had its outcome, and
 * without one of its own, is in flight or unaccounted for. Each replica rebuilds it from the stream at its start.
 *
 * A missing frame may have a good reason: it may wait in the queue (a frame without a deadline waits as long as it takes), or a
 * connector may hold it for a replica that does not answer. So its grace begins when a later frame of its source was taken from the queue,
 * runs only while connectors give signs of life, and begins again while one of them says that it holds the frame.
 */
export interface Ledger {
  /** Each outcome once, in the order of the stream. */
  add(record: ResultRecord): void;
  /** A frame that ended in another function's answer: an outcome, though none that is counted here. */
  passed(frame: PassedFrame): void;
  /** Another message had an outcome that is known: again, or under a number that a repeat by its caller was given. */
  repeated(record: ResultRecord): void;
  /** A camera has another id: what was counted for it is counted for that one. */
  rename(from: string, to: string): void;
  /** A connector's sign of life. */
  connector(record: ConnectorRecord): void;
  /** Frames that are unaccounted for, the newest 200. */
  missing(): MissingFrame[];
  /** Sums over all cameras: much cheaper than the whole answer. */
  totals(): LedgerAnswer['totals'];
  answer(): LedgerAnswer;
  /** Frames from before are not counted, seconds since the epoch; undefined while none was. */
  readonly knownSince: number | undefined;
  clear(): void;
}

/** The numbers that an outcome settles. */
type Numbers = PassedFrame;

interface Source {
  camera_id: string;
  topic: string;
  numbers: SequenceNumbers;
  /** Whether each frame so far had the id that follows from its number: then so has one that is missing. */
  idsFollow?: boolean;
}

export function createLedger(): Ledger {
  const sources = createLruMap<string, Source>(MAX_SOURCES);
  const accounts = createLruMap<string, Account>(MAX_ACCOUNTS, (_, evicted) => sum(others, evicted));
  let others = createAccount('', '');
  let gaps = 0;
  let knownSince: number | undefined;
  /** Of what sources gave out up to then not all may have been read, or remembered, seconds since the epoch. */
  let darkUntil = Number.NEGATIVE_INFINITY;
  /** The ledger's own time, seconds: it runs with the records of connectors, and stands still while there are none. */
  let now = 0;
  let newest: number | undefined;

  function accountOf(of: Pick<Source, 'camera_id' | 'topic'>): Account {
    const key = keyOf(of);
    let found = accounts.get(key);
    if (!found) {
      found = createAccount(of.camera_id, of.topic);
      accounts.set(key, found);
    }
    return found;
  }

  function sourceOf({ source, camera_id, topic, seq, shed = [], still = [] }: Numbers): Source {
    let found = sources.get(source);
    if (!found) {
      if (sources.size >= MAX_SOURCES) forgetSource();
      accountOf({ camera_id, topic }); // what is missing of it is counted there, whether or not anything else is
      // of one that began in the light every number is known of; of any other those from the first that has an outcome
      const isWhole = startOf(source) > darkUntil;
      found = {
        camera_id,
        topic,
        numbers: createSequenceNumbers(isWhole ? 1 : Math.min(seq, ...[...shed, ...still].map(([first]) => first))),
      };
      sources.set(source, found);
    }
    return found;
  }

  /** The one that was silent for longest, and rather one that misses nothing. */
  function forgetSource(): void {
    let chosen: string | undefined;
    let looked = 0;
    for (const [id, { numbers }] of sources.entries()) {
      chosen ??= id;
      if (numbers.gaps.length > 0 && ++looked < 100) continue;
      if (numbers.gaps.length === 0) chosen = id;
      break;
    }
    const source = sources.peek(chosen!)!;
    const { numbers } = source;
    gaps -= numbers.gaps.length;
    numbers.fold(0);
    (accounts.peek(keyOf(source)) ?? others).unaccounted += numbers.folded;
    sources.delete(chosen!);
    darkUntil = Math.max(darkUntil, startOf(chosen!));
  }

  function advance(timestamp: number): void {
    if (newest !== undefined) now += Math.min(MAX_STEP, Math.max(0, timestamp - newest));
    newest = Math.max(newest ?? timestamp, timestamp);
  }

  function begin(timestamp: number): void {
    advance(timestamp);
    if (knownSince !== undefined && knownSince <= timestamp) return;
    knownSince = timestamp;
    darkUntil = Math.max(darkUntil, timestamp + CLOCKS);
  }

  /** Settles all numbers of an outcome and counts those in the ranges. @returns whether the frame's own has its outcome for the first time. */
  function settle({ numbers }: Source, { seq, shed = [], still = [], timestamp }: Numbers, counts: Account): boolean {
    const before = numbers.gaps.length;
    // each number before its own: what is between two of them is missing only if none of the three holds it
    const ranges = [
      ...shed.map((range) => ({ range, kind: 'shed' as const })),
      ...still.map((range) => ({ range, kind: 'still' as const })),
    ].sort((a, b) => a.range[0] - b.range[0]);
    for (const { range, kind } of ranges) counts[kind] += numbers.settle([range], timestamp);
    const isFirst = numbers.settle([[seq, seq]], timestamp) > 0;
    gaps += numbers.gaps.length - before;
    if (gaps > MAX_GAPS) foldHalf();
    return isFirst;
  }

  function foldHalf(): void {
    gaps = 0;
    for (const { numbers } of sources.values()) {
      numbers.fold(Math.floor(numbers.gaps.length / 2));
      gaps += numbers.gaps.length;
    }
  }

  function addMissing(countsOf: (source: Source) => Account): void {
    for (const source of sources.values()) {
      const { numbers } = source;
      const counts = countsOf(source);
      for (const gap of numbers.gaps) counts[isLate(gap) ? 'unaccounted' : 'in_flight'] += gap.last - gap.first + 1;
      counts.unaccounted += numbers.folded;
    }
  }

  const isLate = ({ begun }: Gap) => begun !== undefined && now - begun > GRACE;

  function missing(): MissingFrame[] {
    const late: (Gap & Pick<MissingFrame, 'source' | 'camera_id' | 'topic'> & Pick<Source, 'idsFollow'>)[] = [];
    for (const [source, { camera_id, topic, numbers, idsFollow }] of sources.entries()) {
      let [i, named] = [numbers.gaps.length - 1, 0];
      for (; i >= 0 && named < MAX_NAMED; i--) {
        const gap = numbers.gaps[i]!;
        if (!isLate(gap)) continue;
        late.push({ ...gap, source, camera_id, topic, idsFollow });
        named += gap.last - gap.first + 1;
      }
    }
    const found: MissingFrame[] = [];
    for (const { first, last, idsFollow, begun: _, ...gap } of late.reverse().sort((a, b) => b.since - a.since))
      for (let seq = first; seq <= last && found.length < MAX_NAMED; seq++)
        found.push({ frame_id: idsFollow ? numberedFrameId(gap.source, seq) : undefined, ...gap, seq });
    return found;
  }

  return {
    add(record) {
      begin(record.timestamp);
      const { source, seq, outcome } = record;
      const counts = accountOf(record);
      if (source === undefined || seq === undefined) {
        counts.unnumbered++;
        counts[outcome]++;
        return;
      }
      const from = sourceOf({ ...record, source, seq });
      // what was not sent can have an id of its own
      if (outcome !== 'shed' && outcome !== 'still')
        from.idsFollow = from.idsFollow !== false && record.frame_id === numberedFrameId(source, seq);
      counts[settle(from, { ...record, source, seq }, counts) ? outcome : 'duplicates']++;
      if (wasTaken(record)) from.numbers.passedQueue(seq, now);
    },
    passed(frame) {
      begin(frame.timestamp);
      const from = sourceOf(frame);
      settle(from, frame, accountOf(frame));
      from.numbers.passedQueue(frame.seq, now);
    },
    repeated(record) {
      const { source, seq } = record;
      const counts = accountOf(record);
      counts.duplicates++;
      if (source === undefined || seq === undefined) return;
      // its outcome is counted under the number that it first had
      const numbers = { ...record, source, seq };
      settle(sourceOf(numbers), numbers, counts);
    },
    rename(from, to) {
      for (const [key, account] of [...accounts.entries()].filter(([, { camera_id }]) => camera_id === from)) {
        accounts.delete(key);
        sum(accountOf({ camera_id: to, topic: account.topic }), account);
      }
      for (const source of sources.values()) if (source.camera_id === from) source.camera_id = to;
    },
    connector({ timestamp, held }) {
      if (knownSince === undefined) return;
      advance(timestamp);
      for (const { source, seq } of held) {
        const { numbers } = sources.peek(source) ?? {};
        const before = numbers?.gaps.length ?? 0;
        numbers?.held(seq, now);
        gaps += (numbers?.gaps.length ?? 0) - before;
      }
    },
    missing,
    totals() {
      const all = createAccount('', '');
      for (const counts of [...accounts.values(), others]) sum(all, counts);
      addMissing(() => all);
      return withTotal(all);
    },
    answer() {
      const answers = new Map([...accounts.entries()].map(([key, counts]) => [key, { ...counts }]));
      const rest = { ...others };
      addMissing((source) => answers.get(keyOf(source)) ?? rest);
      const all = [...answers.values()];
      const forgotten = withTotal(rest);
      return {
        known_since: knownSince ?? null,
        grace: GRACE,
        totals: withTotal([...all, rest].reduce(sum, createAccount('', ''))),
        cameras: byCamera(all),
        topics: byTopic(all),
        ...(forgotten.published > 0 && { others: forgotten }),
        unaccounted: missing(),
      };
    },
    get knownSince() {
      return knownSince;
    },
    clear() {
      sources.clear();
      accounts.clear();
      others = createAccount('', '');
      knownSince = newest = undefined;
      darkUntil = Number.NEGATIVE_INFINITY;
      now = gaps = 0;
    },
  };
}

/** Whether a connector took the frame from its queue, and not from that of dead letters: frames that came before it may still wait there. */
const wasTaken = ({ stages, reason_code }: ResultRecord): boolean =>
  stages.received_at !== undefined && reason_code !== 'deadline_in_queue' && reason_code !== 'dead_lettered';

/** When it began, by its id, seconds since the epoch; for ever ago where that does not say. */
const startOf = (source: string): number => (timeOfUuid(source) ?? Number.NEGATIVE_INFINITY) / 1000;

/** Neither a camera id nor a topic holds a slash. */
const keyOf = ({ camera_id, topic }: Pick<Source, 'camera_id' | 'topic'>) => `${camera_id}/${topic}`;
