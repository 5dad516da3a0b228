import { METRIC, SECONDS_BUCKETS } from '@framewire/contract';
import type { Uploads } from '@framewire/runtime/http';
import { Counter, Gauge, Histogram, type Registry } from '@framewire/runtime/telemetry';
import type { Found } from '../detectors/detector.ts';
import { FAILURES, type Failure } from '../jpeg/failure.ts';
import type { Pool } from '../workers/pool.ts';

/** Refusals that say nothing about the frame: it is sent again. */
const NOT_FAILED: readonly Failure[] = ['busy', 'no_worker'];

export interface DetectMetrics {
  processed(found: Found): void;
  failed(reason: Failure | 'internal'): void;
}

export function createMetrics(
  registry: Registry,
  node_id: string,
  { pool, uploads }: { pool: Pool; uploads: Pick<Uploads, 'bytes'> },
): DetectMetrics {
  const registers = [registry];
  const processing = new Histogram({
    name: METRIC.processing,
    help: 'Time one frame took in the detector, decoding included, seconds.',
    labelNames: ['node_id'],
    buckets: SECONDS_BUCKETS,
    registers,
  });
  const processed = new Counter({
    name: METRIC.processed,
    help: 'Frames that were detected.',
    labelNames: ['node_id'],
    registers,
  });
  const failed = new Counter({
    name: METRIC.failed,
    help: 'Frames that could not be detected, by reason.',
    labelNames: ['node_id', 'reason'],
    registers,
  });
  const stage = new Histogram({
    name: METRIC.stage,
    help: 'Time one frame took in each stage, seconds.',
    labelNames: ['stage'],
    buckets: SECONDS_BUCKETS,
    registers,
  });
  new Gauge({
    name: 'cv_detector_in_flight',
    help: 'Frames in this replica, waiting for a worker or in one.',
    registers,
    collect() {
      this.set(pool.inFlight);
    },
  });
  new Gauge({
    name: 'cv_detector_in_flight_bytes',
    help: 'Bytes that requests in flight hold, or have declared.',
    registers,
    collect() {
      this.set(uploads.bytes);
    },
  });
  new Gauge({
    name: 'cv_detector_workers',
    help: 'Worker processes that have their detector loaded.',
    registers,
    collect() {
      this.set(pool.ready);
    },
  });

  new Gauge({
    name: 'cv_detector_info',
    help: 'Workers by their detector and the execution provider that it runs on.',
    labelNames: ['node_id', 'detector', 'provider'],
    registers,
    collect() {
      this.reset();
      for (const { provider } of pool.running) this.inc({ node_id, detector: pool.detector, provider });
    },
  });
  new Gauge({
    name: METRIC.providerMissing,
    help: 'Workers that cannot use this execution provider, though it is to be tried before the one that they run on.',
    labelNames: ['node_id', 'provider'],
    registers,
    collect() {
      this.reset();
      for (const { missing } of pool.running) for (const { provider } of missing) this.inc({ node_id, provider });
    },
  });

  new Gauge({
    name: METRIC.longestWork,
    help: 'How long the workers have been working on their current frames: the longest, seconds; 0 if none is busy.',
    registers,
    collect() {
      this.set(pool.longestWork);
    },
  });

  // Node counts its own process only; the CPU time of the workers belongs to the replica too
  const cpu = registry.getSingleMetric('process_cpu_seconds_total') as Counter | undefined;

  // a rate needs a first value: without it the first failure after a start would be lost
  const reasons = Object.keys(FAILURES).filter((reason) => !NOT_FAILED.includes(reason as Failure));
  for (const reason of [...reasons, 'internal']) failed.inc({ node_id, reason }, 0);
  processed.inc({ node_id }, 0);
  processing.zero({ node_id });

  return {
    processed({ stages: { wait = 0, decode = 0, detect = 0, cpu: ms = 0 } }) {
      processed.inc({ node_id });
      cpu?.inc(ms / 1000);
      processing.observe({ node_id }, (decode + detect) / 1000);
      for (const [name, took] of Object.entries({ wait, decode, detect })) stage.observe({ stage: name }, took / 1000);
    },
    failed(reason) {
      if (reason === 'internal' || !NOT_FAILED.includes(reason)) failed.inc({ node_id, reason });
    },
  };
}
