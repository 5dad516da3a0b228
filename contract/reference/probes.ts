import type { Operation, Refusal } from './operation.ts';

/** What every part answers. */
export const PROBES: Operation[] = [
  {
    method: 'get',
    path: '/healthz',
    summary: 'Is the process alive?',
    description: 'Also at `/_/health`, where OpenFaaS asks.',
    answers: [{ status: 200, description: '`ok`', type: 'text/plain' }],
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'Can the part do its work?',
    description: 'Also at `/_/ready`, where OpenFaaS asks.',
    answers: [
      { status: 200, description: '`ready`, then a line for each thing worth knowing', type: 'text/plain' },
      { status: 503, description: 'What is wrong, in a sentence', type: 'text/plain' },
    ],
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Metrics for Prometheus',
    answers: [{ status: 200, description: 'The text format of Prometheus', type: 'text/plain' }],
  },
];

/** What a part answers that has nothing else at an address. */
export const NOT_FOUND: Refusal = { status: 404, codes: ['not_found'], description: 'Nothing is at this address.' };

/** What every part refuses before it looks at the request itself. */
export const COMMON_REFUSALS: Refusal[] = [
  { status: 400, codes: ['http'], description: 'The HTTP library itself refused the request.' },
  { status: 403, codes: ['origin', 'host'], description: 'A page of another origin asks, or the host is not served.' },
  { status: 500, codes: ['internal'], description: 'An internal error; the log has more.' },
];
