import { z } from 'zod';
import { cameraId } from './cameras/camera.ts';
import { frameId } from './frames/frame-id.ts';
import { resultRecord } from './results/result.ts';
import { cameraView, cursor } from './viewers/messages.ts';

/** One number from Prometheus. `value` is the last one known, 0 where there never was one; `age` says whether to believe it. */
export const reading = z.object({
  value: z.number(),
  /** Seconds since it was true; null where there never was a value. */
  age: z.number().nullable(),
  /** Why there is none, or none newer. */
  problem: z.string().optional(),
});
export type Reading = z.infer<typeof reading>;

/** `GET api/metrics`: the three numbers under their first names, always numbers, and how old each is. */
export const metricsAnswer = z.object({
  /** Frames a second. */
  processingRate: z.number(),
  /** Seconds. */
  avgLatency: z.number(),
  /** Frames, ready and unacked. */
  queueDepth: z.number(),
  stale: z.boolean(),
  readings: z.object({
    processingRate: reading,
    avgLatency: reading,
    queueDepth: reading,
    /** Replicas of detect-faces that answer, by Prometheus. */
    replicas: reading,
    /** Seconds until the queue is empty at the present rate. */
    drainTime: reading,
  }),
  /** `[seconds since the epoch, value]` pairs over the last hour for a small chart under each number. */
  history: z.record(z.string(), z.array(z.tuple([z.number(), z.number()]))),
});
export type MetricsAnswer = z.infer<typeof metricsAnswer>;

/** `GET api/cameras`. */
export const camerasAnswer = z.object({ cameras: z.array(cameraView) });

/**
 * `GET api/frames?camera=<id>&from=<s>&to=<s>&limit=<n>&cursor=<n>`: the newest outcomes first, of those that are kept. With
 * `order=slowest` the oldest at their outcome first, of the last quarter of an hour: the slowest of each minute are kept when the rest
 * has gone.
 */
export const framesAnswer = z.object({
  camera_id: cameraId.optional(),
  frames: z.array(resultRecord),
  /** The `cursor` that asks for the next page; absent where there is none. */
  next: cursor.optional(),
});

/** `GET api/frames/<frame id>`: one frame; 404 where it is not kept, or unknown. */
export const frameAnswer = z.object({
  record: resultRecord,
  /** Absent where a part of its way is not told: somebody else's producer or function. */
  stages: z.lazy(() => wayStages).optional(),
  /** How it stands among the frames of its camera that are kept: the share that took less, 0 to 1. */
  slower_than: z.number().optional(),
});
export type FrameAnswer = z.infer<typeof frameAnswer>;

/** What became of the frames of one camera, or of all, since `known_since`. */
const ledgerCounts = z.object({
  /** Frames that are known of: each is in exactly one of the seven that follow. */
  published: z.int().nonnegative(),
  detected: z.int().nonnegative(),
  expired: z.int().nonnegative(),
  rejected: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  shed: z.int().nonnegative(),
  /** A later frame of its source has its outcome already, and it is younger than the grace. */
  in_flight: z.int().nonnegative(),
  /** Beyond the grace: to be looked for. */
  unaccounted: z.int().nonnegative(),
  /** Outcomes that were told again, and shown to nobody. */
  duplicates: z.int().nonnegative(),
  /** Of the outcomes, those whose producer numbers nothing: of such frames none can be missed. */
  unnumbered: z.int().nonnegative(),
});
export const ledgerAccount = ledgerCounts.extend({ camera_id: z.string() });
export type LedgerAccount = z.infer<typeof ledgerAccount>;

/** A frame without an outcome: it is known by its number, since nothing else came of it. */
export const missingFrame = z.object({
  /** Absent where the ids of its source do not follow from the numbers. */
  frame_id: frameId.optional(),
  camera_id: cameraId,
  source: z.string(),
  seq: z.int().positive(),
  /** When a later frame of its source had its outcome, seconds since the epoch. */
  since: z.number(),
});
export type MissingFrame = z.infer<typeof missingFrame>;

/** `GET api/ledger`. */
export const ledgerAnswer = z.object({
  /** What was published before is not counted, seconds since the epoch; null while nothing was. */
  known_since: z.number().nullable(),
  /** Seconds. */
  grace: z.number(),
  totals: ledgerCounts,
  /** Each camera's account; of those that were silent for longest, beyond 1,000 cameras, only the sum is kept. */
  cameras: z.array(ledgerAccount),
  others: ledgerCounts.optional(),
  /** Those that are unaccounted for, the newest 200. */
  unaccounted: z.array(missingFrame),
});
export type LedgerAnswer = z.infer<typeof ledgerAnswer>;

/** `GET api/status`: how the parts that results-ws sees are doing, in words. */
export const statusAnswer = z.object({
  node_id: z.string(),
  broker: z.object({ ok: z.boolean(), words: z.string() }),
  stream: z.object({ ok: z.boolean(), words: z.string() }),
  prometheus: z.object({ ok: z.boolean(), words: z.string() }),
  gateway: z.object({ ok: z.boolean(), words: z.string() }),
  viewers: z.int().nonnegative(),
  /** Whether a browser can share its camera: an ingest address is set. */
  sharing: z.boolean(),
  /** Whether parts can be broken on purpose: see `api/chaos`. */
  chaos: z.boolean().default(false),
  /** What whoever asks may do: look, or post and change as well. */
  role: z.enum(['view', 'write']).default('write'),
  /** Whether whoever asks signed in with a key, and so can sign out. */
  signed_in: z.boolean().default(false),
  /** The address of Prometheus for a person, where set. */
  prometheus_url: z.string().optional(),
});
export type StatusAnswer = z.infer<typeof statusAnswer>;

/**
 * Where the time of a frame goes, from its capture until its outcome was known; mean milliseconds a frame. They add up to its age:
 * each begins where the one before it ends.
 */
export const wayStages = z.object({
  /** Until its producer handed it to the broker. */
  publish: z.number(),
  /** In the queue. */
  queue: z.number(),
  /** In the connector, for a function that was busy or away. */
  hold: z.number(),
  /** There and back through the gateway, without the time within the function. */
  gateway: z.number(),
  /** In the function, for a worker. */
  wait: z.number(),
  decode: z.number(),
  detect: z.number(),
  /** From the function's answer until the outcome was made. */
  result: z.number(),
});
export type WayStages = z.infer<typeof wayStages>;

/** One replica of a detector over the last seconds: what its work on a frame was made of, mean milliseconds a frame. */
export const replicaView = z.object({
  node_id: z.string(),
  detector: z.string().optional(),
  /** Frames a second. */
  rate: z.number(),
  /** Decoding and detecting; of that, at work on a CPU, ready and waiting for one, and neither: waiting for disk or memory. */
  work: z.number(),
  cpu: z.number(),
  run_queue: z.number(),
  blocked: z.number(),
  /** Pages fetched from disk, a frame. */
  major_faults: z.number(),
  /** Of its machine, as a share of the time, 0 to 1; absent where the kernel does not tell. */
  cpu_pressure: z.number().optional(),
  memory_pressure: z.number().optional(),
  io_pressure: z.number().optional(),
  /** When it last finished a frame, seconds since the epoch. */
  last_frame: z.number(),
});
export type ReplicaView = z.infer<typeof replicaView>;

/** What one camera asked for and what was shown of it, frames a second. */
export const share = z.object({ camera_id: cameraId, asked: z.number(), shown: z.number() });
export type Share = z.infer<typeof share>;

/** `GET api/way`. */
export const wayAnswer = z.object({
  /** Over so many seconds, so many frames. */
  seconds: z.number(),
  frames: z.int().nonnegative(),
  /** Milliseconds from capture until the outcome was known; absent where no frame was detected. */
  age: z.object({ mean: z.number(), p95: z.number() }).optional(),
  stages: wayStages.optional(),
  replicas: z.array(replicaView),
  /** Frames a second that were let go or came too late. */
  lost: z.number(),
  shares: z.array(share),
  /**
   * Jain's index over what part of its frames each camera got through: 1 where all have the same part, 1/n where one of n has all.
   * Absent where no camera asked for anything. (Jain, Chiu, Hawe 1984.)
   */
  fairness: z.number().optional(),
});
export type WayAnswer = z.infer<typeof wayAnswer>;

/** `POST /` of ingest-frame, status 202. */
export const ingestAnswer = z.object({ frame_id: frameId, camera_id: cameraId });
export type IngestAnswer = z.infer<typeof ingestAnswer>;
