import { z } from 'zod';
import { rule } from './rule.ts';
import { targetKind } from './target.ts';

/** `GET api/rules`. */
export const rulesAnswer = z
  .object({
    rules: z.array(rule).describe('By name.'),
    mqtt: z
      .object({
        configured: z.boolean().describe('Whether `MQTT_URL` is set.'),
        problem: z.string().optional().describe('Why there is no connection.'),
      })
      .describe('The MQTT broker.'),
    webhook_allow: z
      .array(z.string())
      .describe('Addresses of this machine that a webhook may reach all the same: `WEBHOOK_ALLOW`.'),
  })
  .meta({ id: 'Rules', description: 'All rules, and what they can deliver to.' });
export type RulesAnswer = z.infer<typeof rulesAnswer>;

/** `PUT api/rules/<id>`. */
export const ruleAnswer = z.object({ rule }).meta({ id: 'RuleAnswer', description: 'A rule as it is kept.' });
export type RuleAnswer = z.infer<typeof ruleAnswer>;

/** `POST api/rules/<id>/test`. */
export const ruleTestAnswer = z
  .object({
    results: z.array(
      z.object({
        target_id: z.string(),
        kind: targetKind,
        to: z.string().describe('Whom it went to.'),
        ok: z.boolean(),
        message: z.string().describe('What the receiver answered, or why there was no answer.'),
        ms: z.number().nonnegative().describe('How long it took, milliseconds.'),
      }),
    ),
  })
  .meta({ id: 'RuleTest', description: 'What became of a test notification at each target.' });
export type RuleTestAnswer = z.infer<typeof ruleTestAnswer>;
