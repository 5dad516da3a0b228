import { z } from 'zod';
import { sequenceNumber, sourceId } from '../frames/sequence.ts';
import { topicName } from '../frames/topic.ts';

/** The interval of a connector's heartbeat, seconds. */
export const CONNECTOR_REPORT_S = 10;
/** The heartbeat names a frame that the connector has held for this long, seconds. */
export const HELD_AFTER_S = 10;

/**
 * A connector's heartbeat in `result_queue`, every `CONNECTOR_REPORT_S`: it is alive, and it holds these frames because the function does
 * not answer or no replica can take them. Without it such a frame would look like a lost one.
 */
export const connectorRecord = z
  .object({
    connector: z.string().min(1).max(64).describe('The id that the process took at its start.'),
    timestamp: z.number().describe('When the record was made, seconds since the epoch.'),
    held: z
      .array(z.object({ source: sourceId, seq: sequenceNumber }))
      .max(1_000)
      .describe(`Frames that the connector has held for ${HELD_AFTER_S} s or longer.`),
    functions: z
      .array(
        z.object({
          name: z.string().min(1).max(253).describe('As the gateway names it.'),
          queue: z.string().min(1).max(255).describe('A queue whose frames it gets.'),
          topics: z.array(topicName).max(100).describe('The topics of the frames that came by that queue.'),
        }),
      )
      .max(100)
      .optional()
      .describe('The functions that have a queue now.'),
  })
  .meta({ id: 'ConnectorRecord', description: "A connector's heartbeat." });
export type ConnectorRecord = z.infer<typeof connectorRecord>;
