import {
  countShed,
  type LatencyAnswer,
  type LatencyStages,
  type ReplicaView,
  type ResultRecord,
  type Share,
} from '@framewire/contract';
import { round } from './round.ts';

/** Seconds that the answer looks at. */
const WINDOW = 10;
/** Decimal places of the answer: milliseconds, and rates and ratios. */
export const TIME_DIGITS = 1;
const RATIO_DIGITS = 4;
/** Records held at most. */
const MAX_RECORDS = 20_000;

/** As `GET api/latency` has it, with the quartile that the diagnosis goes by. */
export type LatencyFacts = Omit<LatencyAnswer, 'total'> & { total?: { mean: number; p75: number; p95: number } };

/** Where the time of the last seconds' frames went, by stage and by replica, and what holds them back. */
export interface StageTimings {
  add(record: ResultRecord): void;
  answer(): LatencyAnswer;
  /** Of at most the last ten seconds. */
  over(seconds: number): { latency: LatencyFacts; records: readonly ResultRecord[] };
  clear(): void;
}

/** @param clock milliseconds since the epoch. */
export function createStageTimings(clock: () => number = Date.now): StageTimings {
  let records: ResultRecord[] = [];

  function recent(seconds: number): ResultRecord[] {
    const now = clock() / 1000;
    const first = records.findIndex(({ timestamp }) => timestamp >= now - WINDOW);
    records = first < 0 ? [] : records.slice(first);
    return records.filter(({ timestamp }) => timestamp >= now - seconds);
  }

  function over(seconds: number) {
    const records = recent(seconds);
    return { latency: summarize(records, seconds), records };
  }

  return {
    add(record) {
      records.push(record);
      if (records.length > 2 * MAX_RECORDS) records = records.slice(-MAX_RECORDS);
    },
    over,
    answer() {
      const { total, stages, dropped, fairness, replicas, shares, ...latency } = over(WINDOW).latency;
      return {
        ...latency,
        ...(total && { total: round({ mean: total.mean, p95: total.p95 }, TIME_DIGITS) }),
        ...(stages && { stages: round(stages, TIME_DIGITS) }),
        replicas: replicas.map(roundReplica),
        ...round({ dropped, fairness }, RATIO_DIGITS),
        shares: shares.map((share) => round(share, RATIO_DIGITS)),
      };
    },
    clear() {
      records = [];
    },
  };
}

/** Of the records of the last so many seconds. */
export function summarize(records: ResultRecord[], seconds: number): LatencyFacts {
  const detected = records.filter(({ outcome }) => outcome === 'detected');
  const timings = detected.flatMap((record) => stagesOf(record) ?? []);
  const ages = detected.map(ageOf).sort((a, b) => a - b);
  const quantile = (share: number) => ages[Math.ceil(share * ages.length) - 1]!;
  return {
    window_seconds: seconds,
    frames: detected.length,
    replicas: replicasOf(detected, seconds),
    dropped: records.reduce((sum, record) => sum + droppedWith(record), 0) / seconds,
    ...fairnessOf(sharesOf(records, seconds)),
    ...(ages.length > 0 && { total: { mean: mean(ages), p75: quantile(0.75), p95: quantile(0.95) } }),
    ...(timings.length > 0 && { stages: meanOf(timings) }),
  };
}

/** Frames that this outcome reports as shed or late. */
const droppedWith = ({ outcome, shed }: ResultRecord): number =>
  countShed(shed) + (outcome === 'shed' || outcome === 'expired' ? 1 : 0);

/** At its outcome, milliseconds. */
export const ageOf = ({ timestamp, original_timestamp }: ResultRecord) => (timestamp - original_timestamp) * 1000;

/** Undefined where a stage is not reported: somebody else's producer, or function. */
export function stagesOf({ stages, timestamp }: ResultRecord): LatencyStages | undefined {
  const { captured_at, published_at, received_at, invoked_at, answered_at, wait = 0, decode = 0, detect = 0 } = stages;
  if (captured_at === undefined || received_at === undefined || invoked_at === undefined || answered_at === undefined)
    return undefined;
  const sent = published_at ?? captured_at;
  return {
    publish: sent - captured_at,
    queue: received_at - sent,
    hold: invoked_at - received_at,
    gateway: answered_at - invoked_at - wait - decode - detect,
    wait,
    decode,
    detect,
    result: timestamp * 1000 - answered_at,
  };
}

function replicasOf(records: ResultRecord[], seconds: number): ReplicaView[] {
  const byNode = new Map<string, ResultRecord[]>();
  for (const record of records) {
    const node = record.node_id ?? 'unknown';
    const own = byNode.get(node);
    if (own) own.push(record);
    else byNode.set(node, [record]);
  }
  return [...byNode]
    .map(([node_id, own]) => {
      const costs = own.map(({ stages: { decode = 0, detect = 0, cpu = 0, run_queue = 0, major_faults = 0 } }) => ({
        work: decode + detect,
        cpu,
        run_queue,
        blocked: Math.max(0, decode + detect - cpu - run_queue),
        major_faults,
      }));
      const last = own.at(-1)!;
      return {
        node_id,
        detector: last.detector,
        provider: last.provider,
        rate: own.length / seconds,
        ...meanOf(costs),
        ...pressureOf(own),
        last_frame: last.timestamp,
      };
    })
    .sort((a, b) => (a.node_id < b.node_id ? -1 : 1));
}

const roundReplica = (replica: ReplicaView): ReplicaView => {
  const { work, cpu, run_queue, blocked } = replica;
  return { ...round(replica, RATIO_DIGITS), ...round({ work, cpu, run_queue, blocked }, TIME_DIGITS) };
};

/** Of its machine; nothing where the kernel does not report it. */
function pressureOf(records: ResultRecord[]): Partial<ReplicaView> {
  const names = ['cpu_pressure', 'memory_pressure', 'io_pressure'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const reported = records.flatMap(({ stages }) => stages[name] ?? []);
      return reported.length > 0 ? [[name, mean(reported)]] : [];
    }),
  );
}

/** Frames a second that each camera asked for, and those that were detected. A still frame is none that was asked for. */
function sharesOf(records: ResultRecord[], seconds: number): Share[] {
  const byCamera = new Map<string, Share>();
  for (const { camera_id, outcome, shed } of records) {
    const share = byCamera.get(camera_id) ?? { camera_id, offered: 0, detected: 0 };
    byCamera.set(camera_id, share);
    share.offered += (countShed(shed) + (outcome === 'still' ? 0 : 1)) / seconds;
    if (outcome === 'detected') share.detected += 1 / seconds;
  }
  return [...byCamera.values()]
    .filter(({ offered }) => offered > 0)
    .sort((a, b) => (a.camera_id < b.camera_id ? -1 : 1));
}

/** Jain's index over the part that each camera got through. */
function fairnessOf(shares: Share[]): Pick<LatencyAnswer, 'shares' | 'fairness'> {
  const parts = shares.map(({ offered, detected }) => detected / offered);
  const sum = parts.reduce((total, part) => total + part, 0);
  const squares = parts.reduce((total, part) => total + part * part, 0);
  return { shares, fairness: squares > 0 ? sum ** 2 / (parts.length * squares) : undefined };
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function meanOf<K extends string>(rows: Record<K, number>[]): Record<K, number> {
  const names = Object.keys(rows[0]!) as K[];
  return Object.fromEntries(names.map((name) => [name, mean(rows.map((row) => row[name]))])) as Record<K, number>;
}
