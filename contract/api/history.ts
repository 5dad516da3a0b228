import { z } from 'zod';

/** The names that `api/history` knows. */
export const HISTORY = [
  'rate',
  'outcomes',
  'latency',
  'stages',
  'end_to_end',
  'queue',
  'drain',
  'replicas',
  'utilisation',
  'cpu',
  'memory',
  'pressure',
  'slo',
  'occupancy',
  'crossings',
] as const;
export type HistoryName = (typeof HISTORY)[number];

/** Those that belong to one camera, and can be asked for by it. */
export const CAMERA_HISTORY: readonly HistoryName[] = ['occupancy', 'crossings'];

/**
 * `GET api/history?from=<s>&to=<s>&series=<name,...>&camera=<id>`, seconds since the epoch: series of Prometheus over time, at most 600 points each.
 * 503 if Prometheus does not answer.
 */
export const historyAnswer = z
  .object({
    from: z.number().describe('Seconds since the epoch.'),
    to: z.number().describe('Seconds since the epoch.'),
    step: z.number().describe('Seconds from one point to the next.'),
    series: z.array(
      z.object({
        name: z.string().describe('As it was asked for.'),
        label: z
          .string()
          .optional()
          .describe('What tells the lines of one name apart: a stage, an outcome, a replica.'),
        unit: z.enum(['s', 'frames', 'frames/s', 'replicas', 'ratio', 'cores', 'bytes', 'objects', 'crossings']),
        points: z
          .array(z.tuple([z.number(), z.number().nullable()]))
          .describe('`[seconds since the epoch, value]` pairs; a null is a gap.'),
      }),
    ),
  })
  .meta({ id: 'History', description: 'Time series from Prometheus, at most 600 points each.' });
export type HistoryAnswer = z.infer<typeof historyAnswer>;
