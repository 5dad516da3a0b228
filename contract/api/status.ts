import { z } from 'zod';

const partStatus = z
  .object({ ok: z.boolean(), message: z.string().describe('A sentence for a person.') })
  .meta({ id: 'PartStatus', description: 'Whether results-ws can reach a part.' });

/** `GET api/status`: the parts that results-ws sees. */
export const statusAnswer = z
  .object({
    node_id: z.string().describe('The replica of results-ws that answers.'),
    broker: partStatus,
    stream: partStatus,
    prometheus: partStatus,
    gateway: partStatus,
    viewers: z.int().nonnegative().describe('Connected viewers.'),
    sharing: z.boolean().describe('Whether a browser can share its camera: an ingest address is set.'),
    cameras: z
      .boolean()
      .default(false)
      .describe('Whether cameras can be added and changed here: the address of the camera connector is set.'),
    sightings: z
      .boolean()
      .default(false)
      .describe('Whether what cameras saw is kept: the address of the function sightings is set.'),
    fault_injection: z.boolean().default(false).describe('Whether faults can be injected: see `api/faults`.'),
    role: z
      .enum(['view', 'write'])
      .default('write')
      .describe('What the caller may do: `view` reads, `write` also posts and changes.'),
    signed_in: z.boolean().default(false).describe('Whether the caller signed in with a key, and so can sign out.'),
    prometheus_url: z.string().optional().describe('The address of Prometheus for a person, if set.'),
  })
  .meta({ id: 'Status', description: 'What results-ws can reach, and what the caller may do.' });
export type StatusAnswer = z.infer<typeof statusAnswer>;
