/** The metrics that several parts, a rule or a dashboard use. Base units, seconds; counters end in `_total`. */
export const METRIC = {
  /** Histogram {node_id}: one frame in a detector, decode included. */
  processing: 'cv_processing_seconds',
  /** Counter {node_id}. */
  processed: 'cv_frames_processed_total',
  /** Counter {node_id, reason}. */
  failed: 'cv_frames_failed_total',
  /** Histogram {stage}: queue, invoke, result, send, and in a detector wait, decode, detect. */
  stage: 'cv_stage_seconds',
  /** Counter {camera_id, outcome}. */
  frames: 'cv_frames_total',
  /** Histogram {}: end-to-end latency, from capture to the screen, as viewers report it. */
  endToEnd: 'cv_end_to_end_latency_seconds',
  /** Counter {camera_id, good}: frames that viewers drew, `true` if within the target. The two gauges are the SLO. */
  drawn: 'cv_frames_drawn_total',
  target: 'cv_slo_target_seconds',
  objective: 'cv_slo_objective_ratio',
  /** Gauge {node_id, resource}: share of the time in which a program there waits for `cpu`, `memory` or `io` (PSI), 0 to 1. */
  pressure: 'cv_pressure_ratio',
  /** Gauge: how long the workers of a detector have been working on their current frames: the longest, seconds. */
  longestWork: 'cv_detector_longest_work_seconds',
  /** Gauge {node_id, provider}: workers of a detector that cannot use an execution provider, and use a later one. */
  providerMissing: 'cv_detector_provider_missing',
  /** Gauge {state}: frames without an outcome, in_flight or unaccounted. */
  ledger: 'cv_ledger_frames',
  /** Gauge {camera_id, zone}: objects that are in a zone of a camera. */
  occupancy: 'cv_zone_occupancy',
  /** Counter {camera_id, line, direction}: objects that crossed a line of a camera, `in` or `out`. */
  crossings: 'cv_line_crossings_total',
  /** Gauge {queue}: RabbitMQ's own metric. */
  queueMessages: 'rabbitmq_queue_messages',
} as const;

/** Buckets in seconds, from a small detector on a small frame to a stalled one. */
export const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
