import type { ResultRecord } from '@framewire/contract';

export interface Entry {
  cursor: number;
  record: ResultRecord;
}

export interface PageQuery {
  limit: number;
  /** Says whether it is of the camera that is meant. */
  isOf?: (record: ResultRecord) => boolean;
  topic?: string;
  /** When its outcome was known, seconds since the epoch, both included. */
  from?: number;
  to?: number;
  /** Only what came before this cursor. */
  before?: number;
}

/** The newest outcomes in the order of the stream, without frames: what a viewer that comes back or lags is sent. */
export interface History {
  /** Of the newest outcome; before the first the one that all comes after. */
  readonly cursor: number;
  add(entry: Entry): void;
  /** At most so many outcomes after a cursor, oldest first; undefined where some that followed it are no longer held. */
  after(cursor: number, most: number): Entry[] | undefined;
  /** The newest first, and the cursor that the next page comes before, where there is more. */
  page(asked: PageQuery): { records: ResultRecord[]; next?: number };
  /** The newest first. */
  newest(most: number, of?: Pick<PageQuery, 'isOf' | 'topic'>): ResultRecord[];
  find(frameId: string): ResultRecord | undefined;
  /** Everything after this cursor is held from here on; what was held is forgotten. */
  restart(cursor: number): void;
}

/** An outcome with so many detections counts as two. */
const DETECTIONS_EACH = 10;
const weightOf = ({ record }: Entry) => 1 + Math.floor((record.detections?.length ?? 0) / DETECTIONS_EACH);

/** @param size outcomes that are held at least; fewer where they have very many detections. */
export function createHistory(size = 20_000): History {
  let entries: Entry[] = [];
  let weight = 0;
  /** Everything after it is held. */
  let floor = -1;

  /** Index of the first entry after a cursor. */
  function find(cursor: number): number {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle]!.cursor > cursor) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  function page({ limit, topic, from = 0, to = Number.POSITIVE_INFINITY, before, isOf }: PageQuery) {
    const records: ResultRecord[] = [];
    let next: number | undefined;
    for (let i = (before === undefined ? entries.length : find(before - 1)) - 1; i >= 0; i--) {
      const { record } = entries[i]!;
      if (isOf && !isOf(record)) continue;
      if (topic !== undefined && record.topic !== topic) continue;
      if (record.timestamp < from || record.timestamp > to) continue;
      if (records.length === limit) return { records, next };
      records.push(record);
      next = entries[i]!.cursor;
    }
    return { records };
  }

  return {
    get cursor() {
      return entries.at(-1)?.cursor ?? floor;
    },
    add(entry) {
      entries.push(entry);
      weight += weightOf(entry);
      if (weight < 2 * size) return;
      let first = 0;
      while (weight > size && first < entries.length - 1) weight -= weightOf(entries[first++]!);
      if (first === 0) return;
      floor = entries[first - 1]!.cursor;
      entries = entries.slice(first);
    },
    after(cursor, most) {
      if (cursor < floor) return undefined;
      const first = find(cursor);
      return entries.slice(first, first + most);
    },
    page,
    newest: (most, of) => page({ limit: most, ...of }).records,
    find(frameId) {
      for (let i = entries.length - 1; i >= 0; i--)
        if (entries[i]!.record.frame_id === frameId) return entries[i]!.record;
      return undefined;
    },
    restart(cursor) {
      entries = [];
      weight = 0;
      floor = cursor;
    },
  };
}
