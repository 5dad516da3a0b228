import type { Outcome, ResultRecord } from '@framewire/contract';

/** A frame that the broker confirmed to its producer. */
export interface ConfirmedFrame {
  frame_id: string;
  /** Its number, where the producer knows it. */
  source?: string;
  seq?: number;
}

/** What became of everything, in the end. */
export interface OracleReport {
  /** Frames that were confirmed. */
  confirmed: number;
  /** Different frames whose outcome the viewer was shown. */
  shown: number;
  /** Confirmed frames whose outcome the viewer was never shown. */
  lost: string[];
  /** Frames whose outcome the viewer was shown more than once. */
  duplicated: string[];
  /** Anything else that should not be, a sentence each. */
  unexpected: string[];
  /** Records in the stream beyond the first of a frame: delivery is at least once. */
  repeated: number;
  /** Those of them that say `expired` for a live frame with another outcome before: it came again after its deadline. The first counts. */
  late: number;
  /** Sequence numbers of producers that were killed before the broker confirmed them: nobody was promised anything. */
  open: number;
}

/** How many frames ended how, as `api/ledger` counts them. */
export type Counts = Record<Outcome | 'duplicates' | 'unaccounted', number>;

/** Keeps both sides of the account: what producers were promised, and what was recorded and shown. */
export interface Oracle {
  /** What the stream says became of every frame, counted without the system's own ledger. */
  counts(): Counts;
  confirmed(frame: ConfirmedFrame): void;
  /** A record in the stream. */
  recorded(record: ResultRecord): void;
  /** An outcome that the viewer was shown. */
  shown(record: ResultRecord): void;
  readonly repeated: number;
  /** Confirmed frames that were not shown yet. */
  waiting(): number;
  /** Recorded frames that were not shown yet. */
  unseen(): number;
  /** @param living sources whose producer still runs: each of their numbers must have an outcome. */
  close(living: (source: string, newest: number) => boolean): OracleReport;
}

/** A producer that was killed can have had so many frames under way. */
const MAX_IN_FLIGHT = 64;

export function createOracle(): Oracle {
  const confirmed = new Map<string, ConfirmedFrame>();
  const waiting = new Set<string>();
  const recorded = new Map<string, ResultRecord>();
  const unseen = new Set<string>();
  const shown = new Map<string, number>();
  /** By source, each sequence number with an outcome, and whether a record says that it was not sent. It counts once, by its first outcome. */
  const numbers = new Map<string, Map<number, boolean>>();
  const counted: Counts = {
    detected: 0,
    expired: 0,
    rejected: 0,
    failed: 0,
    shed: 0,
    still: 0,
    duplicates: 0,
    unaccounted: 0,
  };
  const unexpected: string[] = [];
  let repeated = 0;
  let late = 0;

  function checkNumbers(living: (source: string, newest: number) => boolean): number {
    let open = 0;
    for (const [source, known] of numbers) {
      const newest = Math.max(...known.keys());
      const missing: number[] = [];
      for (let n = 1; n < newest; n++) if (!known.has(n)) missing.push(n);
      const excused = living(source, newest) ? [] : missing.filter((n) => n > newest - MAX_IN_FLIGHT);
      open += excused.length;
      const rest = missing.filter((n) => !excused.includes(n));
      if (rest.length) unexpected.push(`numbers of source ${source} without an outcome: ${rest.join(', ')}`);
    }
    return open;
  }

  /** @param again another record of a frame whose outcome is counted. */
  function count({ source, seq, outcome, shed = [], still = [] }: ResultRecord, again: boolean): void {
    if (source === undefined || seq === undefined) {
      counted[again ? 'duplicates' : outcome]++;
      return;
    }
    const known = numbers.get(source) ?? new Map<number, boolean>();
    numbers.set(source, known);
    counted[again || known.has(seq) ? 'duplicates' : outcome]++;
    known.set(seq, outcome === 'shed' || outcome === 'still' || known.get(seq) === true);
    const ranges = [
      ...shed.map((range) => ['shed', ...range] as const),
      ...still.map((range) => ['still', ...range] as const),
    ];
    for (const [name, first, last] of ranges) {
      for (let n = first; n <= last; n++) {
        if (!known.has(n)) counted[name]++;
        known.set(n, true);
      }
    }
  }

  function countMissing(): number {
    let missing = 0;
    for (const known of numbers.values()) missing += Math.max(...known.keys()) - known.size;
    return missing;
  }

  return {
    counts: () => ({ ...counted, unaccounted: countMissing() }),
    confirmed(frame) {
      confirmed.set(frame.frame_id, frame);
      if (!shown.has(frame.frame_id)) waiting.add(frame.frame_id);
    },
    recorded(record) {
      const earlier = recorded.get(record.frame_id);
      count(record, earlier !== undefined);
      if (!earlier) {
        recorded.set(record.frame_id, record);
        if (!shown.has(record.frame_id)) unseen.add(record.frame_id);
        return;
      }
      repeated++;
      if (earlier.outcome === record.outcome) return;
      if (record.outcome === 'expired' && !confirmed.has(record.frame_id)) late++;
      else unexpected.push(`frame ${record.frame_id} ended as ${earlier.outcome} and as ${record.outcome}`);
    },
    shown({ frame_id }) {
      shown.set(frame_id, (shown.get(frame_id) ?? 0) + 1);
      waiting.delete(frame_id);
      unseen.delete(frame_id);
    },
    get repeated() {
      return repeated;
    },
    waiting: () => waiting.size,
    unseen: () => unseen.size,
    close(living) {
      const open = checkNumbers(living);
      for (const { frame_id, source, seq } of confirmed.values()) {
        const { outcome, reason } = recorded.get(frame_id) ?? {};
        if (outcome && outcome !== 'detected')
          unexpected.push(`frame ${frame_id} was confirmed and ended as ${outcome}: ${reason}`);
        if (source !== undefined && seq !== undefined && numbers.get(source)?.get(seq))
          unexpected.push(`frame ${frame_id} was confirmed and its number ${seq} was reported as not sent`);
      }
      for (const frame_id of unseen) {
        const { camera_id, outcome, timestamp } = recorded.get(frame_id)!;
        if (!confirmed.has(frame_id))
          unexpected.push(
            `frame ${frame_id} of ${camera_id} has a record that the viewer was never shown: ${outcome} at ${timestamp}`,
          );
      }
      return {
        confirmed: confirmed.size,
        shown: shown.size,
        lost: [...waiting],
        duplicated: [...shown].filter(([, times]) => times > 1).map(([frame_id]) => frame_id),
        unexpected,
        repeated,
        late,
        open,
      };
    },
  };
}
