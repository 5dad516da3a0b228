import { z } from 'zod';
import { cameraChange } from '../cameras/camera-change.ts';
import { cameraId } from '../cameras/camera-id.ts';
import { finding } from '../diagnosis/finding.ts';

const at = z.number().describe('When it began, seconds since the epoch.');
const until = z.number().optional().describe('When it ended, seconds since the epoch; absent while it lasts.');

/** `GET api/incidents/<id>`: 404 if it is not known. */
export const incidentAnswer = z
  .object({ incident: z.object({ id: z.string(), at, until, finding }) })
  .meta({ id: 'Incident', description: 'A finding from its beginning to its end, with the evidence of that time.' });
export type IncidentAnswer = z.infer<typeof incidentAnswer>;

/** What happened: a finding began or ended, a camera changed its state, or a person changed a camera. */
export const incident = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('finding'), id: z.string().optional(), at, until, finding }),
    z.object({
      type: z.literal('camera'),
      at: z.number().describe('Seconds since the epoch.'),
      camera_id: cameraId,
      state: z.string(),
      message: z.string().optional().describe('Why: a sentence for a person.'),
    }),
    z.object({
      type: z.literal('change'),
      at: z.number().describe('Seconds since the epoch.'),
      ...cameraChange.omit({ timestamp: true }).shape,
    }),
  ])
  .meta({
    id: 'IncidentLogEntry',
    description: 'A finding, a change of the state of a camera, or a change of a camera by a person.',
  });
export type Incident = z.infer<typeof incident>;

/** `GET api/incidents?limit=<n>`. */
export const incidentsAnswer = z
  .object({
    incidents: z.array(incident).describe('The newest first.'),
    known_since: z.number().nullable().describe('What happened before is not known, seconds since the epoch.'),
  })
  .meta({ id: 'IncidentLog', description: 'Past findings and changes of cameras.' });
export type IncidentsAnswer = z.infer<typeof incidentsAnswer>;
