import { z } from 'zod';

/** One number from Prometheus. */
export const reading = z
  .object({
    value: z.number().describe('The last known value; 0 if there never was one. `age` tells how old it is.'),
    age: z.number().nullable().describe('Seconds since the value was current; null if there never was one.'),
    problem: z.string().optional().describe('Why there is no value, or no newer one.'),
  })
  .meta({ id: 'Reading', description: 'One number from Prometheus, and how old it is.' });
export type Reading = z.infer<typeof reading>;

/** `GET api/metrics`: the three legacy numbers, always numbers, and how old each is. */
export const metricsAnswer = z
  .object({
    processingRate: z.number().describe('Frames per second.'),
    avgLatency: z.number().describe('Seconds.'),
    queueDepth: z.number().describe('Frames in the queue, ready and unacknowledged.'),
    stale: z.boolean().describe('Whether any of the three is out of date.'),
    readings: z.object({
      processingRate: reading.describe('Frames per second.'),
      avgLatency: reading.describe('Seconds.'),
      queueDepth: reading.describe('Frames in the queue, ready and unacknowledged.'),
      replicas: reading.describe('Replicas of detect-faces that Prometheus can scrape.'),
      drainTime: reading.describe('Seconds until the queue is empty at the current rate.'),
    }),
    history: z
      .record(z.string(), z.array(z.tuple([z.number(), z.number()])))
      .describe('The last hour of each reading: `[seconds since the epoch, value]` pairs.'),
  })
  .meta({ id: 'Metrics', description: 'Throughput, latency and queue depth from Prometheus.' });
export type MetricsAnswer = z.infer<typeof metricsAnswer>;
