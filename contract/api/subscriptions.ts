import { z } from 'zod';

/** `GET /subscriptions` of the RabbitMQ connector. */
export const subscriptionsAnswer = z
  .object({
    subscriptions: z.array(
      z.object({
        queue: z.string().describe('The queue.'),
        function: z.string().describe('The function that takes its frames.'),
        passed_over: z.array(z.string()).describe('Other functions that ask for the same queue, and get nothing.'),
        replicas: z.int().nonnegative().describe('Replicas of the function that are available.'),
        concurrency: z.int().nonnegative().describe('How many invocations may be in progress at once.'),
        busy: z.int().nonnegative().describe('How many are.'),
        problem: z.string().optional().describe('Why the queue cannot be consumed.'),
      }),
    ),
  })
  .meta({ id: 'Subscriptions', description: 'Which function takes the frames of which queue.' });
