import type { CameraView, Finding, MissingFrame, ResultRecord } from '@framewire/contract';
import type { FrameRateBaseline } from '../cameras/frame-rate-baseline.ts';
import type { LatencyFacts } from '../latency/stages.ts';
import type { DeliverySummary } from '../viewers/delivery-statistics.ts';
import type { DetectionFunction } from './functions.ts';
import type { Host } from './probes/host.ts';

/** What the rules in `rules/` look at: numbers and codes, and words of the parts that have a problem. Nothing here is a judgement. */
export interface Snapshot {
  /** Seconds since the epoch. */
  now: number;
  /** End-to-end latency that a frame may have, milliseconds, and the share of frames that is to meet it, 0 to 1. */
  target: number;
  objective: number;
  /** Frames that viewers drew in the last minute, and in the last 20 seconds; absent where nobody draws. */
  drawn?: { minute: Drawn; lately: Drawn };
  broker: {
    /** Why it cannot be reached. */
    problem?: string;
    /** Why it takes no messages though it is there. */
    blocked?: string;
    /** Why outcomes cannot be read though it is there. */
    stream?: string;
    /** The queue of frames does not exist, so that no frame goes anywhere. */
    missingQueue?: string;
    /** Seconds for which outcomes have come without a break, as far as it is known. */
    listening: number;
    /** What its answer to a small question takes, milliseconds; while one is due, how long it has been. Absent before the first. */
    answer?: number;
    /** Frames in the queue that wait for the connector, and who takes them. Absent where it does not say. */
    waiting?: number;
    consumers?: number;
    /** The same of each queue that a function has. */
    queues?: ReadonlyMap<string, QueueFacts>;
  };
  /** Why the gateway cannot be reached. */
  gateway?: string;
  /** What Prometheus knows beyond the records; all absent where it does not answer. */
  gauges: Gauges;
  /** Processes that Prometheus asks and that do not answer. */
  silent: readonly SilentPart[];
  /** Nodes of the broker; absent where Prometheus asks none. */
  nodes?: BrokerNodes;
  /** The machine that results-ws runs on. */
  host: Host;
  /** Where the time of the last seconds' frames went. */
  latency: LatencyFacts;
  /** Outcomes of the same seconds. */
  records: readonly ResultRecord[];
  /** Seconds since an outcome came of a frame that was detected, and of one that the connector ended in whatever way. */
  detectedAgo: number;
  endedAgo: number;
  /** The same by topic; of the topic '' since when anything has been listened for. */
  heard?: ReadonlyMap<string, { detectedAgo: number; endedAgo: number }>;
  /** The functions that detect, the first that of faces. */
  functions: readonly DetectionFunction[];
  /** The one that this snapshot is about: `scopeOf` narrows it. */
  fn?: DetectionFunction;
  cameras: CameraView[];
  /** How each camera sends, by camera id. */
  baselines: ReadonlyMap<string, FrameRateBaseline>;
  missing: MissingFrame[];
  viewers: DeliverySummary;
}

/** Frames that viewers drew, and the share of them that met the target. */
export interface Drawn {
  frames: number;
  good_ratio: number;
}

export interface QueueFacts {
  waiting?: number;
  consumers?: number;
  /** Its name, where it does not exist. */
  missingQueue?: string;
}

/** A process that Prometheus scrapes and that does not answer it. */
export interface SilentPart {
  /** Which part it is: `detect-faces`, `connector`, `camera`, `gateway`, `ingest-frame`, `results-ws`, `rabbitmq`. */
  job: string;
  instance: string;
  /** Since when, seconds. */
  seconds: number;
}

/** Nodes of the broker, as Prometheus asks each of them. */
export interface BrokerNodes {
  /** How many it asks. */
  asked: number;
  /** How many answer. */
  answering: number;
  /** Nodes that one which answers cannot reach, the most that any of them reports; RabbitMQ 3.10 does not say. */
  unreachable: number;
}

/** Of the last ten seconds; seconds and shares. */
export interface Gauges {
  /** Why there are none. */
  problem?: string;
  /** Replicas of detectors that answer, and their workers. */
  replicas?: number;
  workers?: number;
  /** The same of each function. */
  functions?: ReadonlyMap<string, Pick<Gauges, 'replicas' | 'workers' | 'stuck'>>;
  /** For how long the worker that has been at one frame longest has been at it, and at which replica. */
  stuck?: { node_id: string; seconds: number };
  /** From a known outcome to the broker's confirm, and from a capture to it. */
  confirm?: number;
  publish?: number;
  /** 1 where the broker takes no messages for want of it. */
  memoryAlarm?: number;
  diskAlarm?: number;
}

export type RuleFinding = Omit<Finding, 'since' | 'id' | 'effects'> & {
  /** Somebody refused, at once: want of CPU, memory or disk does not explain it. */
  refused?: boolean;
  /** It is about all functions alike, though a rule for one found it. */
  everywhere?: boolean;
};
/**
 * Looks at the snapshot alone, and finds at most one thing of its cause. Whether that lasts long enough to be reported is for
 * `diagnosis.ts` to say, and what it follows from for `rules/explain.ts`.
 */
export type Rule = (snapshot: Snapshot) => RuleFinding | undefined;
