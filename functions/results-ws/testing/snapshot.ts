/** For tests alone: snapshot of a system that is well, but for what is said. */
import {
  type CameraView,
  DEFAULT_TOPIC,
  type Outcome,
  type ReasonCode,
  type ResultRecord,
  type Stages,
  uuidv7,
} from '@framewire/contract';
import { FACES } from '../diagnosis/functions.ts';
import type { Snapshot } from '../diagnosis/snapshot.ts';
import { createStageTimings } from '../latency/stages.ts';

/** Seconds since the epoch. */
export const NOW = 1_700_000_000;

export interface Case
  extends Pick<Stages, 'wait' | 'decode' | 'detect' | 'cpu' | 'run_queue' | 'major_faults'>,
    Pick<Stages, 'cpu_pressure' | 'memory_pressure' | 'io_pressure'> {
  publish?: number;
  queue?: number;
  hold?: number;
  gateway?: number;
  result?: number;
  node_id?: string;
}

/** A frame that was detected a second ago; milliseconds. */
export function frame(some: Case = {}, more: Partial<ResultRecord> = {}): ResultRecord {
  const { publish = 1, queue = 2, hold = 0, gateway = 3, wait = 1, decode = 3, detect = 20, result = 1 } = some;
  const { cpu = decode + detect, run_queue = 0, major_faults = 0, node_id = 'one' } = some;
  const { cpu_pressure, memory_pressure, io_pressure } = some;
  const timestamp = more.timestamp ?? NOW - 1;
  const answered_at = timestamp * 1000 - result;
  const invoked_at = answered_at - gateway - wait - decode - detect;
  const received_at = invoked_at - hold;
  const published_at = received_at - queue;
  const captured_at = published_at - publish;
  return {
    frame_id: uuidv7(),
    camera_id: 'door',
    topic: DEFAULT_TOPIC,
    outcome: 'detected',
    detections: [],
    node_id,
    stages: {
      ...{ captured_at, published_at, received_at, invoked_at, answered_at, wait, decode, detect },
      ...{ cpu, run_queue, major_faults, cpu_pressure, memory_pressure, io_pressure },
    },
    original_timestamp: captured_at / 1000,
    timestamp,
    ...more,
  };
}

/** So many of them, over the last seconds. */
export const many = (some: Case, n = 40): ResultRecord[] =>
  Array.from({ length: n }, (_, i) => frame(some, { timestamp: NOW - 0.1 - (5 * i) / n }));

const CODE: Partial<Record<Outcome, ReasonCode>> = {
  expired: 'deadline_in_queue',
  rejected: 'bad_image',
  failed: 'delivery_limit',
  shed: 'shed_overload',
  still: 'no_motion',
};

/** A frame that ended otherwise. */
export const outcome = (outcome: Outcome, more: Partial<ResultRecord> = {}): ResultRecord => ({
  ...frame({}, more),
  outcome,
  node_id: undefined,
  reason: 'a reason',
  reason_code: CODE[outcome],
  stages: {},
  ...more,
});

type Some<T> = { [K in keyof T]?: T[K] | undefined };

export const camera = (
  camera_id: string,
  more: { source?: Some<CameraView['source']> } & Partial<Omit<CameraView, 'source'>> = {},
): CameraView => {
  const { source = {}, ...rest } = more;
  const online = { state: 'online' as const, since: NOW - 600, timestamp: NOW - 3, fps: 10, restarts: 0 };
  return {
    camera_id,
    source: 'source' in more && more.source === undefined ? undefined : { ...online, ...(source as object) },
    source_silent: false,
    rate: 10,
    outcomes: {},
    counted_since: NOW - 600,
    ...rest,
  };
};

export function snapshotOf(
  some: Partial<Omit<Snapshot, 'broker' | 'gauges'>> & {
    broker?: Partial<Snapshot['broker']>;
    gauges?: Snapshot['gauges'];
  } = {},
): Snapshot {
  const { records: all = many({}), broker, gauges, ...more } = some;
  const timings = createStageTimings(() => NOW * 1000);
  for (const record of all) timings.add(record);
  return {
    ...timings.over(6),
    now: NOW,
    target: 500,
    objective: 0.99,
    silent: [],
    host: { pressure: {}, stretch: 1 },
    broker: { listening: 600, answer: 1, waiting: 0, consumers: 1, ...broker },
    gauges: { replicas: 1, workers: 1, confirm: 0.002, publish: 0.004, ...gauges },
    detectedAgo: 0.1,
    endedAgo: 0.1,
    functions: [FACES],
    cameras: [camera('door')],
    baselines: new Map([['door', { current: 10, expected: 10, silent: 0.1 }]]),
    missing: [],
    viewers: { count: 1, slow: 0, skipped: 0 },
    ...more,
  };
}
