import type { ResultRecord } from '@framewire/contract';
import { ageOf } from './stages.ts';

/** So many minutes are kept; of each so many frames, and so many of each of its cameras besides. */
const MINUTES = 15;
const OF_ALL = 50;
const OF_ONE = 5;
/** Cameras that are kept apart in a minute: a camera id is free text of whoever posts frames. */
const MAX_CAMERAS = 200;

/** The detected frames that took longest, of each of the last minutes: they are what one wants to see when all else has been forgotten. */
export interface Slowest {
  add(record: ResultRecord): void;
  /** The oldest at their outcome first. */
  list(most: number, isOf?: (record: ResultRecord) => boolean): ResultRecord[];
  find(frameId: string): ResultRecord | undefined;
  clear(): void;
}

interface Minute {
  at: number;
  all: ResultRecord[];
  cameras: Map<string, ResultRecord[]>;
}

/** @param clock milliseconds since the epoch. */
export function createSlowest(clock: () => number = Date.now): Slowest {
  let minutes: Minute[] = [];
  const minuteOf = (seconds: number) => Math.floor(seconds / 60);

  function forgetOld(): void {
    const oldest = minuteOf(clock() / 1000) - MINUTES;
    if (minutes.some(({ at }) => at <= oldest)) minutes = minutes.filter(({ at }) => at > oldest);
  }

  function one(at: number): Minute {
    let minute = minutes.find((each) => each.at === at);
    if (!minute) {
      forgetOld();
      minute = { at, all: [], cameras: new Map() };
      minutes.push(minute);
    }
    return minute;
  }

  function* kept(): Generator<ResultRecord> {
    for (const { all, cameras } of minutes) {
      yield* all;
      for (const own of cameras.values()) yield* own;
    }
  }

  return {
    add(record) {
      if (record.outcome !== 'detected') return;
      const { all, cameras } = one(minuteOf(record.timestamp));
      keep(all, record, OF_ALL);
      const { camera_id } = record;
      if (!cameras.has(camera_id) && cameras.size < MAX_CAMERAS) cameras.set(camera_id, []);
      const own = cameras.get(camera_id);
      if (own) keep(own, record, OF_ONE);
    },
    list(most, isOf = () => true) {
      forgetOld();
      const found = new Map<string, ResultRecord>();
      for (const record of kept()) if (isOf(record)) found.set(record.frame_id, record);
      return [...found.values()].sort((a, b) => ageOf(b) - ageOf(a)).slice(0, most);
    },
    find(frameId) {
      for (const record of kept()) if (record.frame_id === frameId) return record;
      return undefined;
    },
    clear() {
      minutes = [];
    },
  };
}

/** Into a list with the slowest first. */
function keep(list: ResultRecord[], record: ResultRecord, most: number): void {
  if (list.length === most && ageOf(record) <= ageOf(list.at(-1)!)) return;
  const at = list.findIndex((each) => ageOf(each) < ageOf(record));
  list.splice(at < 0 ? list.length : at, 0, record);
  if (list.length > most) list.pop();
}
