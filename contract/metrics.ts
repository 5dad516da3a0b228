/** Names of the metrics that more than one part, a rule or a board speaks of. Base units; seconds; `_total` for counters. */
export const METRIC = {
  /** Histogram {node_id}: one frame in a detector, decode included. */
  processing: 'cv_processing_seconds',
  /** Counter {node_id}. */
  processed: 'cv_frames_processed_total',
  /** Counter {node_id, reason}. */
  failed: 'cv_frames_failed_total',
  /** Histogram {stage}: queue, invoke, decode, detect, result. */
  stage: 'cv_stage_seconds',
  /** Counter {camera_id, outcome}. */
  frames: 'cv_frames_total',
  /** Histogram {}: capture to drawn, as viewers report it. */
  age: 'cv_end_to_end_latency_seconds',
  /** Counter {camera_id, good}: frames that viewers drew, `true` where they were within the target; the two gauges are what was promised. */
  drawn: 'cv_frames_drawn_total',
  target: 'cv_slo_target_seconds',
  goal: 'cv_slo_objective_ratio',
  /** Gauge {node_id, resource}: share of the time in which some program there waits for `cpu`, `memory` or `io` (PSI), 0 to 1. */
  pressure: 'cv_pressure_ratio',
  /** Gauge: for how long the worker of a detector that has been at one frame longest has been at it, seconds. */
  longestWork: 'cv_detector_longest_work_seconds',
  /** Gauge {state}: frames without an outcome, in_flight or unaccounted. */
  ledger: 'cv_ledger_frames',
  /** Gauge {queue}: RabbitMQ's own, under the name its exporters have always used. */
  queueMessages: 'rabbitmq_queue_messages',
} as const;

/** Buckets in seconds, from a small detector on a small frame to a stalled one. */
export const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
