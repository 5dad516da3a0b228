import { z } from 'zod';
import { cameraId } from '../cameras/camera-id.ts';
import { hours } from '../cameras/hours.ts';
import { cause } from '../diagnosis/cause.ts';
import { plainName } from '../plain-name.ts';
import { target, targetSpec } from './target.ts';

/** Rules that may exist, and targets of one: each target sends by itself. */
export const MAX_RULES = 100;
const MAX_TARGETS = 4;

export const ruleId = plainName('an id of a rule', 'an id').meta({
  id: 'RuleId',
  description: 'A rule: 1 to 64 letters, digits, `_` or `-`.',
});

const some = <T extends z.ZodType>(one: T, what: string) =>
  z
    .array(one)
    .min(1, `name at least one of the ${what}, or leave them out for any`)
    .max(100, `at most 100 ${what}`)
    .optional()
    .describe('Absent: any.');

const name = z.string().min(1).max(200);
const severities = z.enum(['info', 'warning', 'critical']);
const alsoOver = z.boolean().default(false).describe('Whether a second notification says that it is over.');

/** What a rule waits for. */
export const condition = z
  .discriminatedUnion('event', [
    z
      .strictObject({
        event: z.literal('sighting'),
        cameras: some(cameraId, 'cameras'),
        zones: some(name, 'zones').describe('It is in one of these zones, or comes into one. Absent: anywhere.'),
        labels: some(name, 'labels').describe('Classes, such as `person`. Absent: any.'),
        min_score: z.number().min(0).max(1).optional().describe('Its best score so far is at least this.'),
      })
      .describe('Something is seen: once for each sighting.'),
    z
      .strictObject({
        event: z.literal('camera-offline'),
        cameras: some(cameraId, 'cameras'),
        after_s: z.number().min(0).max(86_400).default(60).describe('How long it has been offline, seconds.'),
        also_over: alsoOver,
      })
      .describe('A camera sends no frames, or its connector says nothing of it.'),
    z
      .strictObject({
        event: z.literal('finding'),
        causes: some(cause, 'causes'),
        severity: severities.default('warning').describe('At least so severe.'),
        also_over: alsoOver,
      })
      .describe('The diagnosis has found something.'),
    z
      .strictObject({
        event: z.literal('alert'),
        names: some(name, 'alerts').describe('Names of alerts, such as `FramesLate`. Absent: any.'),
        severities: some(severities, 'severities'),
        also_over: alsoOver,
      })
      .describe('An alert of Prometheus fires.'),
  ])
  .meta({ id: 'Condition', description: 'What a rule waits for.' });
export type Condition = z.infer<typeof condition>;

const common = {
  name: z
    .string('a rule needs a name')
    .trim()
    .min(1, 'a rule needs a name')
    .max(80, 'a name has at most 80 characters')
    .describe('What people call it.'),
  enabled: z.boolean('enabled must be true or false').default(true),
  when: condition,
  hours: hours.optional().describe('When it applies, by the clock of the function. Absent: always.'),
  cooldown_s: z
    .number()
    .min(0)
    .max(86_400)
    .default(0)
    .describe('After one notification the rule is silent about the same camera for so long, seconds.'),
};

/** The body of `PUT api/rules/<id>`. */
export const ruleSpec = z
  .strictObject({
    ...common,
    targets: z
      .array(targetSpec)
      .min(1, 'a rule needs at least one target: webhook, mqtt or browser')
      .max(MAX_TARGETS, `a rule has at most ${MAX_TARGETS} targets`)
      .refine((all) => {
        const ids = all.flatMap(({ id }) => id ?? []);
        return new Set(ids).size === ids.length;
      }, 'two targets have the same id'),
  })
  .meta({ id: 'RuleSpec', description: 'A rule as it is set: who is notified when something happens.' });
export type RuleSpec = z.infer<typeof ruleSpec>;

export const rule = z
  .object({ id: ruleId, ...common, targets: z.array(target) })
  .meta({ id: 'Rule', description: 'A rule, without anything secret: who is notified when something happens.' });
export type Rule = z.infer<typeof rule>;
