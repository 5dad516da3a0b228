import { z } from 'zod';
import { describedEnum } from '../described-enum.ts';
import { notificationType } from './cloud-event.ts';
import { targetKind } from './target.ts';

export const deliveryState = describedEnum('DeliveryState', 'What became of a delivery.', {
  waiting: 'it is still to be delivered, now or at its next attempt;',
  delivered: 'the receiver took it;',
  dead: 'it was given up; a person can send it again.',
});
export type DeliveryState = z.infer<typeof deliveryState>;

/** One notification on its way to one target. */
export const delivery = z
  .object({
    id: z.int().positive().describe('In the order in which they were made.'),
    event_id: z.uuid().describe('The `id` of the CloudEvent.'),
    type: notificationType,
    message: z.string().describe('What happened.'),
    rule: z.object({ id: z.string(), name: z.string() }),
    target_id: z.string(),
    kind: targetKind,
    to: z.string().describe('Whom it goes to: the host of a webhook, a topic.'),
    state: deliveryState,
    attempts: z.int().nonnegative(),
    reason: z.string().optional().describe('Why the last attempt failed: a sentence for a person.'),
    created_at: z.number().describe('Seconds since the epoch.'),
    next_at: z.number().optional().describe('When it is tried again, seconds since the epoch; while it waits.'),
    ended_at: z.number().optional().describe('When it was delivered or given up, seconds since the epoch.'),
  })
  .meta({ id: 'Delivery', description: 'One notification on its way to one target.' });
export type Delivery = z.infer<typeof delivery>;

/** `GET api/deliveries?rule=&state=&cursor=&limit=`. */
export const deliveriesAnswer = z
  .object({
    deliveries: z.array(delivery).describe('The newest first.'),
    next: z.int().optional().describe('The `cursor` of the next page; absent at the last one.'),
    waiting: z.int().nonnegative().describe('How many wait, of all rules.'),
    dead: z.int().nonnegative().describe('How many were given up and are still kept, of all rules.'),
  })
  .meta({ id: 'Deliveries', description: 'Deliveries, the newest first.' });
export type DeliveriesAnswer = z.infer<typeof deliveriesAnswer>;

/** `POST api/deliveries/<id>/retry`. */
export const deliveryAnswer = z
  .object({ delivery })
  .meta({ id: 'DeliveryAnswer', description: 'A delivery as it is now.' });
export type DeliveryAnswer = z.infer<typeof deliveryAnswer>;
