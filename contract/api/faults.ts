import { z } from 'zod';

/** The faults that can be injected, if the system was started with `--faults`. */
export const fault = z
  .enum(['cpu', 'memory', 'camera', 'replica', 'broker', 'gateway', 'bad-frames', 'viewer'])
  .meta({ id: 'Fault', description: 'A fault that can be injected.' });
export type Fault = z.infer<typeof fault>;

/** Answer of `GET`, `POST` and `DELETE api/faults` (404 unless started for it); `DELETE` reverts all. */
export const faultsAnswer = z
  .object({
    max_seconds: z.number().describe('No fault lasts longer, seconds.'),
    faults: z.array(
      z.object({
        fault,
        message: z.string().describe('What the fault does: a sentence for a person.'),
        until: z
          .number()
          .optional()
          .describe('When it is reverted, seconds since the epoch; absent while it is not injected.'),
      }),
    ),
  })
  .meta({ id: 'Faults', description: 'The faults that can be injected, and those that are.' });
export type FaultsAnswer = z.infer<typeof faultsAnswer>;

/** The body of `POST api/faults`. */
export const faultRequest = z
  .object({ fault, seconds: z.number().min(1).max(60).default(30).describe('How long it lasts.') })
  .meta({ id: 'FaultRequest', description: 'A fault to inject.' });
