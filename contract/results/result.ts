import { z } from 'zod';
import { cameraId } from '../cameras/camera.ts';
import { frameId } from '../frames/frame-id.ts';
import { shedRanges } from '../frames/shed-ranges.ts';

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

/**
 * Why a frame was not detected, for programs. The outcome says how it ended, this says why; where tries failed it is why the last one
 * did, so a frame that expired while no replica was there is `expired` with `no_replica`.
 */
export const reasonCode = z.enum([
  // it came to no function
  /** Its deadline passed while it waited, in the queue or in the connector, for its turn. */
  'deadline_in_queue',
  /** More frames came than can be detected, and this one waited longer than it is worth. */
  'stale',
  /** Every replica had as much to do as it takes (429). */
  'function_busy',
  /** The gateway could not be reached, or its connection broke before it answered. */
  'gateway_unreachable',
  /** The gateway has no replica that answers, or does not know the function. */
  'no_replica',

  // a function had it
  /** No answer within the whole time that an invocation may take. */
  'invoke_timeout',
  /** Its deadline passed while the function had it: the rest of its life was too short for an answer. */
  'deadline_in_function',
  /** The answer broke off. */
  'reply_truncated',
  /** The answer is larger than the connector takes, or the broker. */
  'reply_too_large',
  /** The function answered with an error of its own: see `http_status` and `function_code`. */
  'function_error',
  /** The function says that the picture is bad. */
  'bad_image',
  /** The function refuses the frame for another reason than its picture: see `http_status` and `function_code`. */
  'refused',

  // the broker
  /** The message is no frame. */
  'bad_message',
  /** It was delivered as often as its queue allows, and why the tries failed is not known. */
  'delivery_limit',
  /** The broker gave it up for another reason than its time or its tries. */
  'dead_lettered',

  // its source let it go
  /** It is larger than may be sent. */
  'too_large',
  /** More come than can be detected. */
  'shed_overload',
  /** The broker did not take it in time, or was away. */
  'shed_broker',
  /** No queue takes it: the queue or its binding is missing. */
  'unroutable',
  /** By its producer's clock its deadline had passed before it was sent, or lies far from ours. */
  'clock_skew',
  /** Its source let it go for a reason of its own. */
  'shed_source',
]);
export type ReasonCode = z.infer<typeof reasonCode>;

/** Text that others wrote: readers keep thousands of records, so it is cut at 1,000 characters. */
const words = z.string().overwrite((text) => text.slice(0, 1_000));

/** Why a frame was not detected, or a try of it failed: the sentence is for people, the rest for programs. */
export const failure = z.object({
  /** A sentence for a person; always there unless `detected`. */
  reason: words.optional(),
  /** Always there unless `detected`; a code that this version does not know reads as absent. */
  reason_code: reasonCode.optional().catch(undefined),
  /** The status of the last answer, where one came. */
  http_status: z.int().min(100).max(599).optional().catch(undefined),
  /** What that answer itself gave as its `code`. */
  function_code: z.string().max(100).optional().catch(undefined),
});
export type Failure = z.infer<typeof failure>;

/** What the work on one frame took. Milliseconds unless said otherwise. */
export const stages = z.object({
  /** Moments, milliseconds since the epoch: by the producer's clock, */
  captured_at: z.number().optional(),
  published_at: z.number().optional(),
  /** and by the connector's. */
  received_at: z.number().optional(),
  invoked_at: z.number().optional(),
  answered_at: z.number().optional(),
  /**
   * By how much the producer's clock was off the connector's, where that is 30 s or more: below 0 it was behind. The moments above, and the
   * frame's deadline, were put right by it.
   */
  clock_offset: z.number().optional(),
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
  source: z.string().min(1).max(64).optional(),
  seq: z.int().positive().optional(),
  shed: shedRanges.optional(),
  outcome,
  ...failure.shape,
  detections: z.array(detection).default([]),
  image: z.object({ width: z.int().positive(), height: z.int().positive() }).optional(),
  node_id: words.optional(),
  detector: words.optional(),
  /** W3 trace context of the frame, as its source began it. */
  traceparent: z.string().optional(),
  /** Seconds since the epoch: when the outcome was known, and when the frame was captured. */
  timestamp: z.number(),
  original_timestamp: z.number(),
  stages: stages.default({}),
});
export type ResultRecord = z.infer<typeof resultRecord>;
