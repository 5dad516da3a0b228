import type { ResultRecord } from '@framewire/contract';
import type { Sent } from '../../testkit/load/cameras.ts';
import { percentile } from '../../testkit/report/statistics.ts';

/** What happened within one second. */
export interface Second {
  /** Frames that cameras had. */
  offered: number;
  /** Those that their camera shed, on request or because the broker refused them. */
  shed: number;
  detected: number;
  expired: number;
  /** From capture to the outcome in the stream, milliseconds, of those detected; NaN where there were none. */
  latencyP50: number;
  latencyP99: number;
  /** Replicas that detected something in this second or the two before it. */
  atWork: number;
}

/** Counts second by second what producers offered and what the result stream says. */
export interface Timeline {
  offered(sent: Sent): void;
  recorded(record: ResultRecord): void;
  /** Milliseconds from `since` until the n-th replica had detected something; undefined where there were never so many. */
  untilAtWork(n: number, since: number): number | undefined;
  /** From its making on. */
  seconds(): Second[];
}

/** A replica at work detects something within so many seconds. */
const AT_WORK_S = 3;

export function createTimeline(clock: () => number = Date.now): Timeline {
  const begin = clock();
  const events: {
    offered: number;
    shed: number;
    expired: number;
    detected: { at: number; latency: number; node: string }[];
  }[] = [];

  function now() {
    const index = Math.floor((clock() - begin) / 1000);
    while (events.length <= index) events.push({ offered: 0, shed: 0, expired: 0, detected: [] });
    return events[index]!;
  }

  return {
    offered(sent) {
      now().offered++;
      if (sent !== 'taken') now().shed++;
    },
    recorded({ outcome, node_id = '', original_timestamp }) {
      const at = clock();
      if (outcome === 'expired') now().expired++;
      if (outcome === 'detected') now().detected.push({ at, latency: at - original_timestamp * 1000, node: node_id });
    },
    untilAtWork(n, since) {
      const nodes = new Set<string>();
      for (const { at, node } of events.flatMap(({ detected }) => detected)) {
        if (at < since) continue;
        nodes.add(node);
        if (nodes.size === n) return at - since;
      }
      return undefined;
    },
    seconds() {
      now();
      return events.map(({ offered, shed, expired, detected }, index) => {
        const latencies = detected.map(({ latency }) => latency);
        const recent = events.slice(Math.max(0, index + 1 - AT_WORK_S), index + 1).flatMap((event) => event.detected);
        return {
          offered,
          shed,
          detected: detected.length,
          expired,
          latencyP50: percentile(latencies, 0.5),
          latencyP99: percentile(latencies, 0.99),
          atWork: new Set(recent.map(({ node }) => node)).size,
        };
      });
    },
  };
}
