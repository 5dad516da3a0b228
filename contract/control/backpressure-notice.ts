import { z } from 'zod';

/**
 * Asks the sources of a topic's live frames to shed a share of them while more arrive than can be detected. A connector publishes it to the
 * exchange `backpressure` with the topic as routing key, every `BACKPRESSURE_INTERVAL_MS` while it holds, and once with 0 when it is over.
 */
export const backpressureNotice = z
  .object({
    connector: z.string().min(1).describe('The connector that asks: several may consume one queue.'),
    shed_ratio: z
      .number()
      .min(0)
      .max(1)
      .describe("The share of each camera's live frames that a source should shed before it sends them, 0 to 1."),
  })
  .meta({
    id: 'BackpressureNotice',
    description: 'Asks sources to shed a share of their frames while more arrive than can be detected.',
  });
export type BackpressureNotice = z.infer<typeof backpressureNotice>;

export const BACKPRESSURE_INTERVAL_MS = 200;
/** How long a notice holds if its connector is not heard again. */
export const BACKPRESSURE_HOLDS_MS = 1_000;
