import { z } from 'zod';
import { sighting } from './sighting.ts';

/** `GET api/sightings?camera=&label=&zone=&from=&to=&limit=&cursor=`. */
export const sightingsAnswer = z
  .object({
    sightings: z.array(sighting).describe('The newest first.'),
    next: z.string().optional().describe('The `cursor` of the next page; absent at the last one.'),
  })
  .meta({ id: 'Sightings', description: 'A page of sightings, the newest first.' });
export type SightingsAnswer = z.infer<typeof sightingsAnswer>;

/** `GET api/sightings/<id>`. */
export const sightingAnswer = z.object({ sighting }).meta({ id: 'SightingAnswer', description: 'One sighting.' });
export type SightingAnswer = z.infer<typeof sightingAnswer>;

/** `GET api/sightings/filters`. */
export const sightingFilters = z
  .object({
    cameras: z.array(z.string()),
    labels: z.array(z.string()),
    zones: z.array(z.string()),
  })
  .meta({ id: 'SightingFilters', description: 'What sightings can be searched by: each value that any has.' });
export type SightingFilters = z.infer<typeof sightingFilters>;
