import { z } from 'zod';

/** How often a connector gives a sign of life, seconds. */
export const CONNECTOR_REPORT_S = 10;
/** A frame that a connector has held for so long is named in it, seconds. */
export const HELD_AFTER_S = 10;

/**
 * A connector's sign of life in `result_queue`, each `CONNECTOR_REPORT_S`: it lives, and these frames are with it, since the function that
 * has them does not answer or none can take them. Without it nobody could tell such a frame from one that was lost.
 */
export const connectorRecord = z.object({
  /** Taken by the process at its start. */
  connector: z.string().min(1).max(64),
  /** When it was made, seconds since the epoch. */
  timestamp: z.number(),
  held: z.array(z.object({ source: z.string().min(1).max(64), seq: z.int().positive() })).max(1_000),
});
export type ConnectorRecord = z.infer<typeof connectorRecord>;
