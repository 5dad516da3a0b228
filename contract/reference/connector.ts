import { subscriptionsAnswer } from '../index.ts';
import type { Part } from './operation.ts';
import { COMMON_REFUSALS, NOT_FOUND, PROBES } from './probes.ts';

export const CONNECTOR: Part = {
  name: 'RabbitMQ connector',
  description: 'Takes frames from their queues and invokes a function once for each.',
  operations: [
    {
      method: 'get',
      path: '/subscriptions',
      summary: 'Which function takes the frames of which queue',
      answers: [{ status: 200, description: 'Every queue with its function', schema: subscriptionsAnswer }],
    },
    ...PROBES,
  ],
  refusals: [...COMMON_REFUSALS, NOT_FOUND],
};
