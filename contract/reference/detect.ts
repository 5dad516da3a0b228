import { detectAnswer } from '../index.ts';
import type { Part } from './operation.ts';
import { COMMON_REFUSALS, PROBES } from './probes.ts';

export const DETECT: Part = {
  name: 'detect-faces',
  description: 'Detects faces in one JPEG. Any OpenFaaS function that takes and answers the same is a detector.',
  operations: [
    {
      method: 'post',
      path: '/',
      summary: 'Detect faces in one frame',
      parameters: [
        {
          name: 'x-deadline-ms',
          in: 'header',
          description: 'After this moment nobody wants the answer, milliseconds since the epoch.',
          schema: { type: 'integer' },
        },
      ],
      body: { description: 'A JPEG.', types: ['image/jpeg', 'application/octet-stream'] },
      answers: [{ status: 200, description: 'The faces, and what the work took', schema: detectAnswer }],
      refusals: [
        {
          status: 400,
          codes: ['empty', 'damaged', 'incomplete', 'bad_deadline', 'unknown_parameter'],
          description: 'The JPEG or the request is bad.',
        },
        { status: 405, codes: ['method'], description: 'Not a POST.' },
        { status: 408, codes: ['upload_timeout'], description: 'The body took longer than `UPLOAD_TIMEOUT_MS`.' },
        { status: 413, codes: ['too_large'], description: 'More than `MAX_BYTES`.' },
        {
          status: 413,
          codes: ['too_many_pixels', 'dimensions', 'too_complex'],
          description: 'More than `MAX_PIXELS`; more than 20,000 on a side; more parts than a JPEG has.',
        },
        {
          status: 415,
          codes: ['not_jpeg', 'media_type', 'content_encoding', 'unsupported'],
          description: 'Not a JPEG; compressed; or of an unsupported kind.',
        },
        {
          status: 429,
          codes: ['busy'],
          description: 'The limit `MAX_INFLIGHT` or `MAX_INFLIGHT_BYTES` is reached. `Retry-After: 1`.',
        },
        { status: 500, codes: ['worker_died'], description: 'The JPEG crashed a worker process.' },
        {
          status: 503,
          codes: ['no_worker'],
          description:
            'No worker was free for `FRAME_TIME_LIMIT_MS` and 3 s, or this replica is shutting down. `Retry-After: 1`.',
        },
        {
          status: 504,
          codes: ['deadline', 'time_limit'],
          description: 'The deadline passed; or the detector took longer than `FRAME_TIME_LIMIT_MS`.',
        },
      ],
    },
    ...PROBES,
  ],
  refusals: COMMON_REFUSALS,
};
