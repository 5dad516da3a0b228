import type { CameraView, MissingFrame, ResultRecord } from '@framewire/contract';
import type { Pace } from './pace.ts';
import type { WayFacts } from './way.ts';

/** What the rules in `causes.ts` look at: numbers, and words of the parts that have a problem. Nothing here is a judgement. */
export interface Facts {
  /** Seconds since the epoch. */
  now: number;
  /** What a picture may be old at the glass, milliseconds. */
  target: number;
  broker: {
    /** Why it cannot be used, in words. */
    problem?: string;
    /** Why outcomes cannot be read though it is there, in words. */
    stream?: string;
    /** Seconds for which outcomes have come without a break, as far as it is known. */
    listening: number;
    /** What its answer to a small question takes, milliseconds; while one is due, how long it has been. Absent before the first. */
    answer?: number;
    /** Frames in the queue that wait for the connector, and who takes them. Absent where it does not say. */
    waiting?: number;
    consumers?: number;
  };
  /** Why the gateway cannot be reached, in words. */
  gateway?: string;
  /** What Prometheus knows beyond the records; all absent where it does not answer. */
  gauges: Gauges;
  /** Where the time of the last seconds' frames went. */
  way: WayFacts;
  /** Outcomes of the same seconds. */
  records: readonly ResultRecord[];
  /** Seconds since an outcome came of a frame that was detected, and of one that the connector ended in whatever way. */
  detectedAgo: number;
  endedAgo: number;
  cameras: CameraView[];
  /** How each camera sends, by camera id. */
  paces: ReadonlyMap<string, Pace>;
  missing: MissingFrame[];
  viewers: {
    count: number;
    /** Those that cannot carry their pictures, and what share of them the worst had to let go, 0 to 1. */
    slow: number;
    skipped: number;
  };
}

/** Of the last ten seconds; seconds and shares. */
export interface Gauges {
  /** Why there are none, in words. */
  problem?: string;
  /** Replicas of detect-faces that answer, and their workers. */
  replicas?: number;
  workers?: number;
  /** From a known outcome to the broker's confirm, and from a capture to it. */
  confirm?: number;
  publish?: number;
  /** 1 where the broker takes no messages for want of it. */
  memoryAlarm?: number;
  diskAlarm?: number;
}
