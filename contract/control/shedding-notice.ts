import { z } from 'zod';

/**
 * What a connector asks of the sources of a topic's live frames while more come than can be detected. It is told on the exchange
 * `pressure` under the topic as key, anew each `PRESSURE_INTERVAL_MS` while it holds, and once with 0 when it is over.
 */
export const pressureNotice = z.object({
  /** Who asks: several connectors may consume one queue. */
  connector: z.string().min(1),
  /** Of a source's live frames, those that it should let go before it sends them: 0 to 1. */
  share: z.number().min(0).max(1),
});
export type PressureNotice = z.infer<typeof pressureNotice>;

export const PRESSURE_INTERVAL_MS = 200;
/** What was asked holds so long, should its connector not be heard again. */
export const PRESSURE_HOLDS_MS = 1_000;
