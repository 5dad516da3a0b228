import { z } from 'zod';
import { cameraId } from './camera.ts';
import { frameId } from './frame-id.ts';
import { shedRanges } from './shed.ts';

/** A bounding box in pixels of the full frame as a browser shows it (EXIF orientation applied); x, y is its top left corner. */
export const detection = z.object({
  x: z.number(),
  y: z.number(),
  w: z.number().nonnegative(),
  h: z.number().nonnegative(),
  /** 0 to 1, where the detector knows one. */
  score: z.number().min(0).max(1).optional(),
  label: z.string().optional(),
  /** `[x, y]` pairs, where the detector finds them: eyes, nose tip, corners of the mouth. */
  points: z.array(z.tuple([z.number(), z.number()])).optional(),
});
export type Detection = z.infer<typeof detection>;

/**
 * How a frame ended; each ends in exactly one:
 * - `detected`: the function answered;
 * - `expired`: its deadline passed first;
 * - `rejected`: the picture is bad, and `reason` says how;
 * - `failed`: it was tried to the delivery limit;
 * - `shed`: its source let it go before it was confirmed.
 */
export const outcome = z.enum(['detected', 'expired', 'rejected', 'failed', 'shed']);
export type Outcome = z.infer<typeof outcome>;

/** What the work on one frame took. Milliseconds unless said otherwise. */
export const stages = z.object({
  /** Moments, milliseconds since the epoch: by the producer's clock, */
  captured_at: z.number().optional(),
  published_at: z.number().optional(),
  /** and by the connector's. */
  received_at: z.number().optional(),
  invoked_at: z.number().optional(),
  answered_at: z.number().optional(),
  /** Times within the function. */
  wait: z.number().optional(),
  decode: z.number().optional(),
  detect: z.number().optional(),
  /** CPU time, and time spent waiting for a CPU, of the thread that did it. */
  cpu: z.number().optional(),
  run_queue: z.number().optional(),
  /** Page faults, counted. */
  minor_faults: z.number().optional(),
  major_faults: z.number().optional(),
  /** Pressure on the machine that did it: the share of the last second in which some program stood still for want of each (PSI), 0 to 1. */
  cpu_pressure: z.number().optional(),
  memory_pressure: z.number().optional(),
  io_pressure: z.number().optional(),
});
export type Stages = z.infer<typeof stages>;

/** One frame's outcome, as it stands in `result_queue`. */
export const resultRecord = z.object({
  frame_id: frameId,
  camera_id: cameraId,
  source: z.string().optional(),
  seq: z.int().positive().optional(),
  shed: shedRanges.optional(),
  outcome,
  /** Why, in words for a person; always there unless `detected`. */
  reason: z.string().optional(),
  detections: z.array(detection).default([]),
  image: z.object({ width: z.int().positive(), height: z.int().positive() }).optional(),
  node_id: z.string().optional(),
  detector: z.string().optional(),
  /** W3 trace context of the frame, as its source began it. */
  traceparent: z.string().optional(),
  /** Seconds since the epoch: when the outcome was known, and when the frame was captured. */
  timestamp: z.number(),
  original_timestamp: z.number(),
  stages: stages.default({}),
});
export type ResultRecord = z.infer<typeof resultRecord>;
