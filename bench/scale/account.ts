import type { ResultRecord } from '@framewire/contract';
import { percentile } from '../../testkit/report/statistics.ts';

/** What happened within one second. */
export interface Second {
  /** Frames that cameras had. */
  offered: number;
  /** Those that their camera let go, as it was asked to or since the broker refused them. */
  shed: number;
  detected: number;
  expired: number;
  /** Outcomes that should not be: `failed`, `rejected`. */
  failed: number;
  /** From capture to the outcome in the stream, milliseconds, of those detected; NaN where there were none. */
  ageP50: number;
  ageP99: number;
  /** Replicas that detected something in this second or the two before it. */
  atWork: number;
}

/** What became of the confirmed frames, in the end. */
export interface Verdict {
  confirmed: number;
  /** Confirmed, and no outcome came. */
  lost: number;
  /** Outcomes beyond the first of a frame: delivery is at least once. */
  repeated: number;
}

/** Both sides of the account, kept beside the system: what producers were promised, and what stands in the stream of results. */
export interface Account {
  offered(): void;
  confirmed(frameId: string): void;
  shed(): void;
  recorded(record: ResultRecord): void;
  /** Confirmed frames without an outcome. */
  waiting(): number;
  /** Milliseconds from `since` until the n-th replica had detected something; undefined where there were never so many. */
  untilAtWork(n: number, since: number): number | undefined;
  /** Frames detected between two moments, by replica. */
  byNode(from: number, to: number): Map<string, number>;
  /** Second by second from its making on. */
  seconds(): Second[];
  close(): Verdict;
}

/** A replica that is at work detects something within so many seconds. */
const AT_WORK_S = 3;

export function createAccount(clock: () => number = Date.now): Account {
  const begin = clock();
  const confirmed = new Set<string>();
  const outcomes = new Map<string, number>();
  const waiting = new Set<string>();
  const events: { offered: number; shed: number; records: Seen[] }[] = [];
  const seen: (Seen & { node: string })[] = [];

  function now() {
    const index = Math.floor((clock() - begin) / 1000);
    while (events.length <= index) events.push({ offered: 0, shed: 0, records: [] });
    return events[index]!;
  }

  return {
    offered: () => void now().offered++,
    shed: () => void now().shed++,
    confirmed(frameId) {
      confirmed.add(frameId);
      if (!outcomes.has(frameId)) waiting.add(frameId);
    },
    recorded({ frame_id, outcome, node_id, original_timestamp }) {
      if (outcome === 'shed') return; // counted when it was let go
      outcomes.set(frame_id, (outcomes.get(frame_id) ?? 0) + 1);
      waiting.delete(frame_id);
      const at = clock();
      const record = { at, outcome, age: at - original_timestamp * 1000, node: node_id };
      now().records.push(record);
      if (outcome === 'detected' && node_id) seen.push({ ...record, node: node_id });
    },
    waiting: () => waiting.size,
    untilAtWork(n, since) {
      const nodes = new Set<string>();
      for (const { at, node } of seen) {
        if (at < since) continue;
        nodes.add(node);
        if (nodes.size === n) return at - since;
      }
      return undefined;
    },
    byNode(from, to) {
      const counts = new Map<string, number>();
      for (const { at, node } of seen) if (at >= from && at < to) counts.set(node, (counts.get(node) ?? 0) + 1);
      return counts;
    },
    seconds() {
      now();
      return events.map(({ offered, shed, records }, index) => {
        const of = (outcome: string) => records.filter((record) => record.outcome === outcome);
        const ages = of('detected').map(({ age }) => age);
        return {
          offered,
          shed,
          detected: ages.length,
          expired: of('expired').length,
          failed: of('failed').length + of('rejected').length,
          ageP50: percentile(ages, 0.5),
          ageP99: percentile(ages, 0.99),
          atWork: nodesOf(events.slice(Math.max(0, index + 1 - AT_WORK_S), index + 1)),
        };
      });
    },
    close() {
      const repeated = [...outcomes.values()].reduce((sum, count) => sum + count - 1, 0);
      return { confirmed: confirmed.size, lost: waiting.size, repeated };
    },
  };
}

interface Seen {
  at: number;
  outcome: string;
  age: number;
  node?: string;
}

function nodesOf(seconds: { records: Seen[] }[]): number {
  const detected = seconds.flatMap(({ records }) => records.filter(({ outcome }) => outcome === 'detected'));
  return new Set(detected.map(({ node }) => node)).size;
}
