import { ingestAnswer } from '../index.ts';
import { integer, type Part, query } from './operation.ts';
import { COMMON_REFUSALS, PROBES } from './probes.ts';

const again = '`Retry-After: 1`.';

export const INGEST: Part = {
  name: 'ingest-frame',
  description: 'Takes one JPEG by HTTP and answers once the broker has confirmed it.',
  operations: [
    {
      method: 'post',
      path: '/',
      summary: 'Send one frame',
      description: 'Through a gateway: `POST /function/ingest-frame`.',
      parameters: [
        query('camera', 'The camera id: 1 to 64 letters, digits, `_` or `-`.', { type: 'string', default: 'default' }),
        query('topic', 'Which function takes the frame.', { type: 'string', default: 'faces' }),
        query('captured_at', 'Milliseconds since the epoch, or an ISO 8601 date, within a day of now.', {
          type: 'string',
          default: 'now',
        }),
        query(
          'deadline_ms',
          'How long the result is worth having, milliseconds from the capture. Without it the frame has no deadline.',
          integer(1, 86_400_000),
        ),
        {
          name: 'Idempotency-Key',
          in: 'header',
          description: 'The same key of the same camera and topic is the same frame.',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
        },
        {
          name: 'traceparent',
          in: 'header',
          description: 'W3C trace context; a new trace begins without it.',
          schema: { type: 'string' },
        },
        {
          name: 'Authorization',
          in: 'header',
          description: '`Bearer <key>`, where `INGEST_KEY` is set.',
          schema: { type: 'string' },
        },
      ],
      body: {
        description: 'A JPEG, or a form with one file and nothing else.',
        types: ['image/jpeg', 'application/octet-stream', 'multipart/form-data'],
      },
      answers: [{ status: 202, description: 'The broker has confirmed the frame', schema: ingestAnswer }],
      refusals: [
        {
          status: 400,
          codes: ['empty', 'bad_jpeg', 'no_file'],
          description: 'The JPEG is bad; sending it again does not help.',
        },
        {
          status: 400,
          codes: ['unknown_parameter', 'repeated_parameter'],
          description: 'A parameter that is not known, or is there twice.',
        },
        {
          status: 400,
          codes: ['unknown_field', 'several_files'],
          description: 'A form holds one file; everything else belongs in the address.',
        },
        {
          status: 400,
          codes: ['incomplete', 'bad_form'],
          description: 'The upload broke off, or is no form. It may be sent again.',
        },
        {
          status: 400,
          codes: ['bad_camera', 'bad_captured_at', 'bad_deadline_ms', 'deadline_passed', 'bad_idempotency_key'],
          description: 'A parameter or a header.',
        },
        { status: 401, codes: ['unauthorized'], description: 'No key, or a wrong one.' },
        { status: 404, codes: ['no_such_topic'], description: 'No function takes frames of that topic.' },
        { status: 405, codes: ['method'], description: 'Not a POST.' },
        { status: 408, codes: ['upload_timeout'], description: 'The body took longer than `UPLOAD_TIMEOUT_MS`.' },
        { status: 409, codes: ['key_reused'], description: 'Another JPEG came under this Idempotency-Key.' },
        { status: 413, codes: ['too_large'], description: 'More than `MAX_BYTES`.' },
        {
          status: 415,
          codes: ['media_type', 'content_encoding'],
          description: 'Neither a JPEG nor a form; or compressed.',
        },
        {
          status: 429,
          codes: ['busy'],
          description: `The limit \`MAX_INFLIGHT_BYTES\` is reached. ${again}`,
        },
        { status: 429, codes: ['queue_full', 'overload'], description: `The frame was counted as shed. ${again}` },
        {
          status: 503,
          codes: ['broker_unreachable', 'unroutable'],
          description: `The frame is not in the queue. ${again}`,
        },
        {
          status: 503,
          codes: ['unconfirmed'],
          description: `The frame may be in the queue. With an Idempotency-Key it can be sent again as the same frame. ${again}`,
        },
      ],
    },
    ...PROBES,
  ],
  refusals: COMMON_REFUSALS,
};
