import { sightingAnswer, sightingFilters, sightingsAnswer } from '../../index.ts';
import { inPath, integer, type Operation, query, type Refusal } from '../operation.ts';
import { AWAY } from './away.ts';

const seconds = { type: 'number', minimum: 0 };
const id = inPath('id', 'The id of the sighting, a UUID.');
const filters = [
  query('camera', 'Of one camera only.'),
  query('label', 'Of one class only.'),
  query('zone', 'Only what came into this zone.'),
  query('from', 'What began at this moment or later, seconds since the epoch.', seconds),
  query('to', 'What began at this moment or earlier, seconds since the epoch.', seconds),
];

/** What every one of these addresses refuses. */
const badParameter: Refusal = {
  status: 400,
  codes: ['unknown_parameter', 'repeated_parameter'],
  description: 'A parameter that is not known here, or that is given more than once.',
};
const badId: Refusal = { status: 400, codes: ['sighting'], description: 'Not the id of a sighting.' };
const noSuchSighting: Refusal = {
  status: 404,
  codes: ['no_such_sighting'],
  description: 'Unknown, or not kept any more.',
};
const noPicture: Refusal = { status: 404, codes: ['no_picture'], description: 'No picture is kept here.' };

const pictureOf = (what: string): Pick<Operation, 'description' | 'answers'> => ({
  description: 'It has an `ETag`: ask again with `If-None-Match`.',
  answers: [
    { status: 200, description: what, type: 'image/jpeg' },
    { status: 304, description: 'It is the one that you have' },
  ],
});

/** What cameras saw, from the function that keeps it, as results-ws passes it on. */
export const SIGHTINGS: Operation[] = [
  {
    method: 'get',
    path: '/api/sightings',
    summary: 'Sightings, the newest first',
    parameters: [
      ...filters,
      query('limit', 'How many at most.', integer(1, 1000, 50)),
      query('cursor', 'The `next` of the page before.'),
    ],
    answers: [{ status: 200, description: 'A page of sightings', schema: sightingsAnswer }],
    refusals: [
      badParameter,
      {
        status: 400,
        codes: ['camera', 'label', 'zone', 'from', 'to', 'limit', 'cursor'],
        description: 'The parameter of that name.',
      },
      ...AWAY,
    ],
  },
  {
    method: 'get',
    path: '/api/sightings/filters',
    summary: 'The cameras, classes and zones that any sighting has',
    answers: [{ status: 200, description: 'At most 500 of each', schema: sightingFilters }],
    refusals: [badParameter, ...AWAY],
  },
  {
    method: 'get',
    path: '/api/sightings/export',
    summary: 'All sightings that the filters match, as a file',
    description:
      'CSV with a head; a JSON object in each line; or a COCO data set of those that have a picture, whose `file_name` is its address below `/api/sightings/`.',
    parameters: [...filters, query('format', 'Of which kind.', { enum: ['csv', 'jsonl', 'coco'], default: 'csv' })],
    answers: [{ status: 200, description: 'The file, written as it is read', type: 'text/csv' }],
    refusals: [
      badParameter,
      {
        status: 400,
        codes: ['camera', 'label', 'zone', 'from', 'to', 'format'],
        description: 'The parameter of that name.',
      },
      ...AWAY,
    ],
  },
  {
    method: 'get',
    path: '/api/sightings/{id}',
    summary: 'One sighting',
    parameters: [id],
    answers: [{ status: 200, description: 'The sighting', schema: sightingAnswer }],
    refusals: [badParameter, badId, noSuchSighting, ...AWAY],
  },
  {
    method: 'get',
    path: '/api/sightings/{id}/picture',
    summary: 'The frame in which it is seen best',
    parameters: [id],
    ...pictureOf('The JPEG as the camera sent it'),
    refusals: [badParameter, badId, noSuchSighting, noPicture, ...AWAY],
  },
  {
    method: 'get',
    path: '/api/sightings/{id}/crop',
    summary: 'The part of that frame around it',
    parameters: [id],
    ...pictureOf('A JPEG of at most 480 pixels a side'),
    refusals: [badParameter, badId, noSuchSighting, noPicture, ...AWAY],
  },
  {
    method: 'get',
    path: '/api/frames/{frame_id}/picture',
    summary: 'The picture of a frame that was lost or slow, or in which a sighting is seen best',
    parameters: [inPath('frame_id', 'A UUID.')],
    ...pictureOf('The JPEG as the camera sent it'),
    refusals: [badParameter, { status: 400, codes: ['frame'], description: 'Not a frame id.' }, noPicture, ...AWAY],
  },
];
