import type { Refusal } from '../operation.ts';

/** What results-ws answers where it has nobody to pass on to. */
export const AWAY: Refusal[] = [
  { status: 404, codes: ['no_sightings'], description: '`SIGHTINGS_URL` is not set.' },
  { status: 503, codes: ['sightings_unreachable'], description: 'The function does not answer. `Retry-After: 1`.' },
];
