import {
  CAMERA_HISTORY,
  camerasAnswer,
  diagnosisAnswer,
  faultRequest,
  faultsAnswer,
  frameAnswer,
  framesAnswer,
  HISTORY,
  historyAnswer,
  incidentAnswer,
  incidentsAnswer,
  ingestAnswer,
  latencyAnswer,
  ledgerAnswer,
  metricsAnswer,
  sloAnswer,
  statusAnswer,
} from '../index.ts';
import { inPath, integer, type Operation, PART_NAMES, type Part, query, type Refusal } from './operation.ts';
import { CAMERAS } from './passed-cameras.ts';
import { COMMON_REFUSALS, NOT_FOUND, PROBES } from './probes.ts';
import { NOTIFICATIONS } from './sightings/notifications.ts';
import { SIGHTINGS } from './sightings/sightings.ts';

const seconds = { type: 'number', minimum: 0 };
const unknownParameter: Refusal = {
  status: 400,
  codes: ['unknown_parameter'],
  description: 'A parameter that is not known here.',
};
const noPrometheus: Refusal = {
  status: 503,
  codes: ['no_prometheus'],
  description: 'There is no Prometheus, or it does not answer. `Retry-After: 5` if it does not answer.',
};

/** A GET that answers with JSON as it is at this moment. */
function read(
  path: string,
  summary: string,
  schema: Operation['answers'][0]['schema'],
  more: Partial<Operation> = {},
): Operation {
  return {
    method: 'get',
    path,
    summary,
    answers: [{ status: 200, description: summary, schema }],
    ...more,
    refusals: [unknownParameter, ...(more.refusals ?? [])],
  };
}

const FRAMES: Operation[] = [
  read('/api/frames', 'The newest outcomes, or the slowest', framesAnswer, {
    description:
      '`order=slowest` returns the frames of the last 15 minutes that were oldest when they were detected. The 50 slowest of each minute are kept, and 5 of each camera; they come as one page, without a `cursor`.',
    parameters: [
      query('camera', 'Of one camera only.'),
      query('topic', 'Of one topic only.'),
      query('order', '`newest` first, or `slowest` first.', { enum: ['newest', 'slowest'], default: 'newest' }),
      query('limit', 'How many at most.', integer(1, 1000, 50)),
      query('from', 'Outcomes known from this moment on, seconds since the epoch.', seconds),
      query('to', 'Outcomes known up to this moment, seconds since the epoch.', seconds),
      query('cursor', 'The `next` of the page before.', { type: 'integer', minimum: -1 }),
    ],
    refusals: [
      {
        status: 400,
        codes: ['camera', 'topic', 'limit', 'order', 'from', 'to', 'cursor'],
        description: 'The parameter of that name.',
      },
    ],
  }),
  read('/api/frames/{frame_id}', 'One frame, while it is kept', frameAnswer, {
    parameters: [inPath('frame_id', 'A UUID.')],
    refusals: [
      { status: 400, codes: ['frame'], description: 'Not a frame id.' },
      { status: 404, codes: ['no_such_frame'], description: 'Unknown, or not kept any more.' },
    ],
  }),
  read('/api/ledger', 'The ledger: the outcome of every frame', ledgerAnswer),
  read('/api/latency', 'Stage timings of the last 10 s', latencyAnswer),
];

const DIAGNOSIS: Operation[] = [
  read('/api/diagnosis', 'The diagnosis: how the system is, and what holds it back', diagnosisAnswer),
  read(
    '/api/incidents',
    'Incidents, the newest first: findings, and cameras that changed their state',
    incidentsAnswer,
    {
      parameters: [query('limit', 'How many at most.', integer(1, 1000, 100))],
      refusals: [{ status: 400, codes: ['limit'], description: 'Not a whole number from 1 to 1000.' }],
    },
  ),
  read('/api/incidents/{id}', 'One incident with its evidence', incidentAnswer, {
    parameters: [inPath('id', 'The `id` of a finding.')],
    refusals: [{ status: 404, codes: ['no_such_incident'], description: 'Unknown, or not kept any more.' }],
  }),
  read('/api/slo', 'How well the SLO was met in the last 5 minutes', sloAnswer),
  read('/api/history', 'Charts from Prometheus', historyAnswer, {
    parameters: [
      query('from', 'Seconds since the epoch; an hour ago unless given.', seconds),
      query('to', 'Seconds since the epoch; now unless given.', seconds),
      query('series', `With commas between them: ${HISTORY.join(', ')}. All unless given.`),
      query('camera', `Of ${CAMERA_HISTORY.join(' and ')} only what belongs to this camera.`),
    ],
    refusals: [
      {
        status: 400,
        codes: ['from', 'to', 'range', 'series', 'camera'],
        description:
          'The parameter of that name; `range`: `to` is not after `from`, or they are more than 31 days apart.',
      },
      noPrometheus,
    ],
  }),
  read('/api/metrics', 'The three metrics of the legacy page, and how old each is', metricsAnswer),
];

const SYSTEM: Operation[] = [
  read('/api/cameras', 'Every camera with its state', camerasAnswer),
  read('/api/status', 'The parts that results-ws depends on, and what the caller may do', statusAnswer),
  read('/api/openapi.json', 'The HTTP interface of a part as OpenAPI 3.1', undefined, {
    parameters: [query('part', 'Which part.', { enum: PART_NAMES, default: 'results-ws' })],
    answers: [{ status: 200, description: 'OpenAPI 3.1', type: 'application/json' }],
    refusals: [{ status: 400, codes: ['part'], description: 'No such part.' }],
  }),
  read('/api/asyncapi.json', 'The messages in RabbitMQ and of viewers as AsyncAPI 3.0', undefined, {
    answers: [{ status: 200, description: 'AsyncAPI 3.0', type: 'application/json' }],
  }),
];

const noFaults: Refusal = {
  status: 404,
  codes: ['not_found'],
  description: 'The system was not started with `--faults`.',
};
const faultsAway: Refusal = {
  status: 502,
  codes: ['fault_injection'],
  description: 'The start command does not answer.',
};
const ACTIONS: Operation[] = [
  read('/api/faults', 'Faults that can be injected, and those that are', faultsAnswer, {
    refusals: [noFaults, faultsAway],
  }),
  {
    method: 'post',
    path: '/api/faults',
    summary: 'Inject a fault',
    body: { description: 'Which one, and for how long.', schema: faultRequest, types: ['application/json'] },
    answers: [{ status: 200, description: 'The faults as they are now', schema: faultsAnswer }],
    refusals: [
      { status: 400, codes: ['order', 'incomplete'], description: 'The body is not understood, or broke off.' },
      { status: 403, codes: ['origin'], description: 'A page of another origin, an allowed one included.' },
      { status: 408, codes: ['upload_timeout'], description: 'The body took too long.' },
      { status: 409, codes: ['fault'], description: 'It cannot be injected here.' },
      { status: 413, codes: ['too_large'], description: 'The body is too large.' },
      { status: 415, codes: ['media_type'], description: 'Not `application/json`.' },
      { status: 429, codes: ['busy'], description: 'Too many requests are in progress.' },
      noFaults,
      faultsAway,
    ],
  },
  {
    method: 'delete',
    path: '/api/faults',
    summary: 'Revert every fault',
    answers: [{ status: 200, description: 'The faults as they are now', schema: faultsAnswer }],
    refusals: [noFaults, faultsAway],
  },
  {
    method: 'post',
    path: '/api/ingest',
    summary: 'Pass a frame on to ingest-frame, with its key',
    description:
      'Parameters, the headers `Idempotency-Key` and `traceparent`, body, answer and refusals are those of ingest-frame.',
    parameters: [query('camera', 'The camera id.')],
    body: { description: 'A JPEG, or a form with one file.', types: ['image/jpeg', 'multipart/form-data'] },
    answers: [{ status: 202, description: 'The frame is in the queue', schema: ingestAnswer }],
    refusals: [
      { status: 404, codes: ['no_ingest'], description: '`INGEST_URL` is not set.' },
      { status: 503, codes: ['ingest_unreachable'], description: 'ingest-frame does not answer. `Retry-After: 1`.' },
    ],
  },
];

const noRoom: Refusal[] = [
  { status: 503, codes: ['viewers'], description: 'The limit `MAX_VIEWERS` is reached.' },
  { status: 503, codes: ['ending'], description: 'The replica is shutting down.' },
];
const VIEWERS: Operation[] = [
  {
    method: 'get',
    path: '/api/events',
    summary: 'Server-sent events: outcomes with their frames',
    description:
      'The messages are those of the WebSocket, one an event; a result has its cursor as `id` and its JPEG as base64 in `frame`.',
    parameters: [
      query(
        'cameras',
        'Cameras whose JPEGs to send: `*`, or ids with commas between them. Outcomes of all cameras come regardless.',
      ),
      query(
        'topics',
        'Topics whose outcomes and JPEGs to send: `*`, as by default, or topics with commas between them.',
      ),
      query('resume', 'The last cursor that was seen; `Last-Event-ID` does the same.', {
        type: 'integer',
        minimum: -1,
      }),
      query('key', 'The key, for clients that cannot send a header.'),
    ],
    answers: [{ status: 200, description: 'A stream without an end', type: 'text/event-stream' }],
    refusals: [
      {
        status: 400,
        codes: ['cameras', 'topics', 'resume', 'unknown_parameter'],
        description: 'The parameter of that name.',
      },
      ...noRoom,
    ],
  },
  {
    method: 'get',
    path: '/ws/results',
    summary: 'WebSocket: outcomes with their frames',
    description:
      'Subprotocol `framewire.v1`; see the AsyncAPI description. Without a subprotocol it sends the legacy JSON.',
    parameters: [query('key', 'The key, for clients that cannot send a header.')],
    answers: [{ status: 101, description: 'The connection is a WebSocket now' }],
    refusals: [
      {
        status: 400,
        codes: ['upgrade', 'unknown_parameter'],
        description: 'A plain request; or a parameter that is not known here.',
      },
      ...noRoom,
    ],
  },
];

export const RESULTS: Part = {
  name: 'results-ws',
  description: 'Outcomes for viewers: the dashboard, the API behind it, WebSocket and server-sent events.',
  operations: [
    ...FRAMES,
    ...DIAGNOSIS,
    ...SYSTEM,
    ...CAMERAS,
    ...SIGHTINGS,
    ...NOTIFICATIONS,
    ...ACTIONS,
    ...VIEWERS,
    ...PROBES,
  ],
  refusals: [
    ...COMMON_REFUSALS,
    {
      status: 401,
      codes: ['unauthorized'],
      description: 'No key, or a wrong one, where `RESULTS_KEY` is set; or `WRITE_KEY`, for posting and changing.',
    },
    { status: 403, codes: ['view_only'], description: 'The key may look, and this posts or changes.' },
    NOT_FOUND,
    {
      status: 429,
      codes: ['too_many_keys'],
      description: 'Ten wrong keys in a row came from this address. `Retry-After`.',
    },
  ],
};
