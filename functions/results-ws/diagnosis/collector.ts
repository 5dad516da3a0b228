import type { CameraRecord, CameraView, MissingFrame, ResultRecord } from '@framewire/contract';
import { createLruMap } from '@framewire/runtime/process';
import type { FrameRateBaselines } from '../cameras/frame-rate-baseline.ts';
import type { StageTimings } from '../latency/stages.ts';
import type { DeliverySummary } from '../viewers/delivery-statistics.ts';
import type { DetectionFunctions } from './functions.ts';
import type { Snapshot } from './snapshot.ts';

/** Seconds that the diagnosis looks back: long enough for a mean, short enough to name a cause within seconds of its beginning. */
const WINDOW = 6;
/** Topics whose times are remembered. */
const MAX_TOPICS = 200;

/** What the stream and the viewers contribute to a snapshot. */
export type Collected = Pick<
  Snapshot,
  | 'latency'
  | 'records'
  | 'detectedAgo'
  | 'endedAgo'
  | 'heard'
  | 'functions'
  | 'cameras'
  | 'baselines'
  | 'missing'
  | 'viewers'
> & {
  /** Seconds for which the stream has been read without a break. */
  listening: number;
  /** Why it cannot be read. */
  problem?: string;
};

/** Collects from the stream what the diagnosis looks at. */
export interface Collector {
  /** @param isNews it comes now; else it is what the stream held at the start. */
  result(record: ResultRecord, isNews: boolean): void;
  camera(record: CameraRecord): void;
  /** Once a second. */
  beat(): void;
  collect(): Collected;
  clear(): void;
}

/** @param clock milliseconds since the epoch. */
export function createCollector(options: {
  timings: Pick<StageTimings, 'over'>;
  baselines: FrameRateBaselines;
  functions: Pick<DetectionFunctions, 'list'>;
  cameras: () => CameraView[];
  missing: () => MissingFrame[];
  viewers: () => DeliverySummary;
  stream: { readonly isLive: boolean; problem(): string | undefined };
  clock?: () => number;
}): Collector {
  const { timings, baselines, functions, cameras, missing, viewers, stream, clock = Date.now } = options;
  let listeningSince = clock();
  let [detectedAt, endedAt] = [clock(), clock()];
  let startedAt = clock();
  /** By topic, as many as there are. */
  const heard = createLruMap<string, { detectedAt: number; endedAt: number }>(MAX_TOPICS);
  const ago = (at: number) => (clock() - at) / 1000;

  return {
    result(record, isNews) {
      // what is read at the start has the time it was written; what comes now has ours, whatever two clocks say
      const at = isNews ? clock() : record.timestamp * 1000;
      if (record.outcome === 'detected') detectedAt = at;
      const isEnded = record.outcome !== 'shed' && record.outcome !== 'still'; // those ended before the connector
      if (isEnded) endedAt = at;
      const before = heard.get(record.topic) ?? { detectedAt: startedAt, endedAt: startedAt };
      heard.set(record.topic, {
        detectedAt: record.outcome === 'detected' ? at : before.detectedAt,
        endedAt: isEnded ? at : before.endedAt,
      });
      if (isNews) baselines.result(record);
    },
    camera: baselines.camera,
    beat() {
      const listening = stream.isLive && !stream.problem();
      if (!listening) listeningSince = clock();
      baselines.tick(listening);
    },
    collect: () => ({
      ...timings.over(WINDOW),
      detectedAgo: ago(detectedAt),
      endedAgo: ago(endedAt),
      heard: new Map([
        ['', { detectedAgo: ago(startedAt), endedAgo: ago(startedAt) }],
        ...[...heard.entries()].map(([topic, times]): [string, { detectedAgo: number; endedAgo: number }] => [
          topic,
          { detectedAgo: ago(times.detectedAt), endedAgo: ago(times.endedAt) },
        ]),
      ]),
      functions: functions.list(),
      cameras: cameras(),
      baselines: baselines.all(),
      missing: missing(),
      viewers: viewers(),
      listening: ago(listeningSince),
      problem: stream.problem(),
    }),
    clear() {
      baselines.clear();
      startedAt = clock();
      heard.clear();
    },
  };
}
