import { z } from 'zod';
import { HISTORY } from '../api/history.ts';
import { cameraId } from '../cameras/camera-id.ts';
import { cause } from './cause.ts';

/** A number that a finding rests on, and what it should be. */
export const evidence = z
  .object({
    title: z.string().describe('What the number is: a phrase for a person.'),
    value: z.number(),
    unit: z.enum(['ms', 's', 'ratio', 'frames', 'frames/s', 'pages']),
    limit: z.number().optional().describe('Above it something is wrong; with `bound: min` below it.'),
    bound: z.enum(['max', 'min']).optional(),
    series: z.enum(HISTORY).optional().describe('A series of `api/history` that shows the number over time.'),
  })
  .meta({ id: 'Evidence', description: 'A number that a finding rests on, and what it should be.' });
export type Evidence = z.infer<typeof evidence>;

/** What holds the system back: a named cause, what it is and by how much, what helps, and the numbers behind it. */
export const finding = z
  .object({
    id: z
      .string()
      .max(64)
      .optional()
      .describe('The incident: the same id from its beginning to its end, at every replica of results-ws.'),
    cause,
    severity: z
      .enum(['info', 'warning', 'critical'])
      .describe(
        '`info`: a resource is short, and the SLO holds; `warning`: the SLO does not hold, or soon will not; `critical`: a part is down.',
      ),
    message: z.string().describe('What is wrong: a sentence for a person.'),
    advice: z.string().describe('What helps.'),
    evidence: z.array(evidence).default([]),
    effects: z
      .array(z.object({ cause, message: z.string() }))
      .default([])
      .describe('Findings that follow from this one.'),
    camera_id: cameraId.optional().describe('The camera that it is about; absent if it is about none, or several.'),
    camera_ids: z.array(cameraId).max(100).optional().describe('The cameras that it is about, if several.'),
    function: z
      .string()
      .max(253)
      .optional()
      .describe('The function that it is about; absent if it is about none, or all.'),
    queue: z.string().max(255).optional().describe('The queue of that function.'),
    node_id: z.string().optional().describe('The replica that it is about.'),
    since: z.number().describe('Seconds since the epoch.'),
  })
  .meta({ id: 'Finding', description: 'What holds the system back: a cause, advice, and the numbers behind it.' });
export type Finding = z.infer<typeof finding>;

/** The beginning or the end of a finding, as it stands in `result_queue`. */
export const incidentRecord = z
  .object({
    finding,
    until: z.number().optional().describe('When it ended, seconds since the epoch; absent while it lasts.'),
    node_id: z.string().describe('The replica of results-ws that published it.'),
    timestamp: z.number().describe('When it was published, seconds since the epoch.'),
  })
  .meta({ id: 'FindingRecord', description: 'The beginning or the end of a finding.' });
export type IncidentRecord = z.infer<typeof incidentRecord>;
