import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';

/**
 * Where the time of a frame goes, from its capture until its outcome was known; mean milliseconds per frame. The stages add up to the
 * age of the frame. `gateway` counts the way there and the way back.
 */
export const latencyStages = z
  .object({
    publish: z.number().describe('From the capture until the producer handed it to the broker.'),
    queue: z.number().describe('In the queue.'),
    hold: z.number().describe('In the connector, while the function was busy or unreachable.'),
    gateway: z.number().describe('To the function and back through the gateway, without the time in the function.'),
    wait: z.number().describe('In the function, waiting for a worker.'),
    decode: z.number().describe('Decoding the JPEG.'),
    detect: z.number().describe('Detecting.'),
    result: z.number().describe("From the function's response until the outcome was made."),
  })
  .meta({
    id: 'LatencyStages',
    description:
      'The latency breakdown of frames: mean milliseconds per frame in each stage, in the order in which they follow.',
  });
export type LatencyStages = z.infer<typeof latencyStages>;

/** One replica of a detector over the last seconds: what its work on a frame was made of. */
export const replicaView = z
  .object({
    node_id: z.string(),
    detector: z.string().optional(),
    provider: z.string().optional().describe('What the detector runs on: `cpu`, `cuda`, `tensorrt`.'),
    rate: z.number().describe('Frames per second.'),
    work: z.number().describe('Decoding and detecting. `cpu`, `run_queue` and `blocked` are its parts.'),
    cpu: z.number().describe('On a CPU.'),
    run_queue: z.number().describe('Ready, waiting for a CPU.'),
    blocked: z.number().describe('Neither: waiting for disk or memory.'),
    major_faults: z.number().describe('Pages fetched from disk per frame.'),
    cpu_pressure: z
      .number()
      .optional()
      .describe(
        'Share of the time in which a program on its machine waited for CPU (PSI), 0 to 1; absent if the kernel does not report it.',
      ),
    memory_pressure: z.number().optional().describe('Likewise for memory.'),
    io_pressure: z.number().optional().describe('Likewise for I/O.'),
    last_frame: z.number().describe('When it last finished a frame, seconds since the epoch.'),
  })
  .meta({
    id: 'Replica',
    description: 'A detector replica over the last seconds. Times are mean milliseconds per frame.',
  });
export type ReplicaView = z.infer<typeof replicaView>;

/** What one camera captured and what was detected of it, frames per second. */
export const share = z
  .object({
    camera_id: cameraId,
    offered: z
      .number()
      .describe('Frames per second that were to be detected and have an outcome: shed ones included, still ones not.'),
    detected: z.number().describe('Frames per second that were detected.'),
  })
  .meta({ id: 'CameraShare', description: "How much of a camera's frames got through." });
export type Share = z.infer<typeof share>;

/** `GET api/latency`. */
export const latencyAnswer = z
  .object({
    window_seconds: z.number().describe('The length of the window, seconds.'),
    frames: z.int().nonnegative().describe('Frames in the window.'),
    total: z
      .object({ mean: z.number(), p95: z.number() })
      .optional()
      .describe('Milliseconds from capture until the outcome was known; absent if no frame was detected.'),
    stages: latencyStages.optional(),
    replicas: z.array(replicaView),
    dropped: z.number().describe('Frames per second that were shed or expired.'),
    shares: z.array(share),
    fairness: z
      .number()
      .optional()
      .describe(
        "Jain's fairness index over the share of its frames that each camera got through: 1 if all have the same share, 1/n if one of n has " +
          'everything. Absent if no camera sent a frame.',
      ),
  })
  .meta({ id: 'Latency', description: 'The latency breakdown of the last seconds, by stage and by replica.' });
export type LatencyAnswer = z.infer<typeof latencyAnswer>;
