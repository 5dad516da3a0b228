import { z } from 'zod';

/** The faults that can be injected, if the system was started with `--chaos`. */
export const wound = z
  .enum(['cpu', 'memory', 'camera', 'replica', 'broker', 'gateway', 'pictures', 'viewer'])
  .meta({ id: 'Fault', description: 'A fault that can be injected.' });
export type Wound = z.infer<typeof wound>;

/** `GET api/chaos` (404 unless started for it), and of `POST api/chaos` `{ wound, seconds }`; `DELETE api/chaos` reverts all. */
export const chaosAnswer = z
  .object({
    longest: z.number().describe('No fault lasts longer, seconds.'),
    wounds: z.array(
      z.object({
        wound,
        words: z.string().describe('What the fault does: a sentence for a person.'),
        until: z
          .number()
          .optional()
          .describe('When it is reverted, seconds since the epoch; absent while it is not injected.'),
      }),
    ),
  })
  .meta({ id: 'Faults', description: 'The faults that can be injected, and those that are.' });
export type ChaosAnswer = z.infer<typeof chaosAnswer>;
