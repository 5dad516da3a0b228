import { z } from 'zod';

/** What the work on one frame took. Milliseconds unless said otherwise. */
export const stages = z
  .object({
    captured_at: z
      .number()
      .optional()
      .describe("When it was captured, by the producer's clock, milliseconds since the epoch."),
    published_at: z.number().optional().describe("When it was published, by the producer's clock."),
    received_at: z.number().optional().describe("When the connector took it from the queue, by the connector's clock."),
    invoked_at: z.number().optional().describe("When the last invocation began, by the connector's clock."),
    answered_at: z.number().optional().describe("When the last invocation was answered, by the connector's clock."),
    clock_offset: z
      .number()
      .optional()
      .describe(
        "By how much the producer's clock is off the connector's, if that is 30 s or more: below 0 it is behind. `captured_at`, " +
          '`published_at` and the deadline are corrected by it.',
      ),
    wait: z.number().optional().describe('In the function, waiting for a worker.'),
    decode: z.number().optional().describe('Decoding the JPEG.'),
    detect: z.number().optional().describe('Detecting.'),
    cpu: z.number().optional().describe("CPU time of the worker's thread."),
    run_queue: z.number().optional().describe("Time that the worker's thread was ready and waited for a CPU."),
    minor_faults: z.number().optional().describe('Page faults without disk access, a count.'),
    major_faults: z.number().optional().describe('Page faults that read from disk, a count.'),
    cpu_pressure: z
      .number()
      .optional()
      .describe(
        "The share of the last second in which a program on the replica's machine waited for CPU (PSI), 0 to 1.",
      ),
    memory_pressure: z.number().optional().describe('Likewise for memory.'),
    io_pressure: z.number().optional().describe('Likewise for I/O.'),
  })
  .meta({
    id: 'Stages',
    description: 'What the work on one frame took. Milliseconds; moments (`_at`) in milliseconds since the epoch.',
  });
export type Stages = z.infer<typeof stages>;
