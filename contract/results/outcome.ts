import { z } from 'zod';
import { describedEnum } from '../described-enum.ts';

/** How a frame ended. */
export const outcome = describedEnum('Outcome', 'How a frame ended; each frame ends in exactly one.', {
  detected: 'the function answered;',
  expired: 'its deadline passed, or it was dropped as stale;',
  rejected: 'the JPEG, the message or the request is bad, and stays bad;',
  failed: 'it used up its attempts, or its answer cannot be used;',
  shed: 'its source dropped it before the broker confirmed it;',
  still: 'its source did not send it to be detected: nothing moved in it, or it is outside the hours of its camera.',
});
export type Outcome = z.infer<typeof outcome>;

/** Why a frame was not detected, for programs. */
export const reasonCode = describedEnum(
  'ReasonCode',
  'Why a frame was not detected, for programs. The outcome says how it ended, this says why. After failed tries it is why the last one ' +
    'failed: a frame that expired while there was no replica is `expired` with `no_replica`.',
  {
    // it reached no function
    deadline_in_queue: 'its deadline passed while it waited in the queue or in the connector;',
    stale: 'more frames arrived than can be detected, and it waited longer than allowed;',
    function_busy: 'every replica was at its limit (429);',
    gateway_unreachable: 'the gateway could not be reached, or its connection broke before it answered;',
    no_replica: 'the gateway has no replica that answers, or does not know the function;',
    // a function had it
    invoke_timeout: 'the function did not answer within the invocation timeout;',
    deadline_in_function: 'its deadline passed while the function had it;',
    reply_truncated: 'the response broke off;',
    reply_too_large: 'the response is larger than the connector or the broker accepts;',
    function_error: 'the function answered with an error of its own: see `http_status` and `function_code`;',
    bad_image: 'the function says that the JPEG is bad;',
    refused: 'the function refused the request, not the JPEG: see `http_status` and `function_code`;',
    // the broker
    bad_message: 'the message is not a frame;',
    delivery_limit: 'it was delivered as often as its queue allows, and why the tries failed is not known;',
    dead_lettered: 'the broker dead-lettered it for another reason than its deadline or its tries;',
    // its source shed it
    too_large: 'it is larger than may be sent;',
    shed_overload: 'more frames arrive than can be detected;',
    shed_broker: 'the broker did not confirm it in time, or was unreachable;',
    unroutable: 'no queue takes it: the queue or its binding is missing;',
    clock_skew: "by its producer's clock its deadline passed before it was sent, or is far from the connector's time;",
    shed_source: 'its source shed it for a reason of its own;',
    // nobody asked for it to be detected
    no_motion: 'nothing moved in it;',
    outside_hours: 'it was captured outside the hours of its camera.',
  },
);
export type ReasonCode = z.infer<typeof reasonCode>;

/** Text that others wrote: readers keep thousands of records, so it is cut at 1,000 characters. */
export const shortText = z
  .string()
  .overwrite((text) => text.slice(0, 1_000))
  .meta({ id: 'ShortText', description: 'Text, cut at 1,000 characters.' });

/** Why a frame was not detected, or why a try failed: the sentence is for people, the rest for programs. */
export const failure = z
  .object({
    reason: shortText
      .optional()
      .describe('A sentence for a person; present unless `detected`. Cut at 1,000 characters.'),
    reason_code: reasonCode.optional().catch(undefined), // a code that this version does not know reads as absent
    http_status: z
      .int()
      .min(100)
      .max(599)
      .optional()
      .catch(undefined)
      .describe('The HTTP status of the last response; absent if there was none.'),
    function_code: z
      .string()
      .max(100)
      .optional()
      .catch(undefined)
      .describe('The `code` in the body of the last response.'),
  })
  .meta({ id: 'Failure', description: 'Why a frame was not detected.' });
export type Failure = z.infer<typeof failure>;
