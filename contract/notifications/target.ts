import { z } from 'zod';

/** What a person can be reached by. */
export const targetKind = z
  .enum(['webhook', 'mqtt', 'browser'])
  .meta({ id: 'TargetKind', description: 'How a notification is delivered.' });
export type TargetKind = z.infer<typeof targetKind>;

const targetId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,32}$/, 'an id of a target is 1 to 32 letters, digits, "_" or "-"')
  .describe('Names the target within its rule. One without an id gets one.');

const MAX_URL = 2_000;

const webhookUrl = z
  .string('a webhook needs a url')
  .trim()
  .max(MAX_URL, `a url has at most ${MAX_URL} characters`)
  .superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });

/** The words repeat nothing of the address: any part of it may be a secret. */
function problemOf(text: string): string | undefined {
  if (!URL.canParse(text)) return 'this is no address: https://example.org/path is one';
  const { protocol, username, password, hash } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return 'a webhook is an http:// or https:// address';
  if (username || password) return 'user and password belong into authorization, not into the url';
  return hash ? 'there is a # in the url, and what follows it is never sent' : undefined;
}

const SECRET = /^whsec_([A-Za-z0-9+/]{32,86}={0,2})$/;

const write = 'Write-only: no answer has it. Absent: the one that is kept stays. `null`: it is removed.';

const webhookTarget = z
  .strictObject({
    type: z.literal('webhook'),
    id: targetId.optional(),
    url: webhookUrl.describe(
      'Where it is posted to. Its query may hold a secret and is never shown; the shown form stands for the one that is kept.',
    ),
    secret: z
      .string()
      .regex(SECRET, 'a secret is "whsec_" and 24 to 64 bytes as base64')
      .nullable()
      .optional()
      .describe(`Signs each request as Standard Webhooks say: \`whsec_\` and 24 to 64 bytes as base64. ${write}`),
    authorization: z
      .string()
      .regex(/^[\x20-\x7e]{1,1000}$/, 'a value of authorization is 1 to 1000 letters, digits and signs')
      .nullable()
      .optional()
      .describe(`The value of the header \`Authorization\`, such as \`Bearer …\`. ${write}`),
    picture: z
      .enum(['none', 'link', 'inline'])
      .default('link')
      .describe('`link`: the address of the picture; `inline`: also the picture itself as base64.'),
  })
  .describe('A request to a program of yours.');

const mqttTopic = z
  .string()
  .regex(/^[^#+\0]{1,200}$/, 'a topic has 1 to 200 characters, and no # or +')
  .optional()
  .describe('The topic. Absent: `framewire/notifications/<rule id>`.');

const mqttTarget = z
  .strictObject({ type: z.literal('mqtt'), id: targetId.optional(), topic: mqttTopic })
  .describe('A message to the MQTT broker of `MQTT_URL`.');

const browserTarget = z
  .strictObject({ type: z.literal('browser'), id: targetId.optional() })
  .describe('A notification in every page that is open.');

export const targetSpec = z
  .discriminatedUnion('type', [webhookTarget, mqttTarget, browserTarget])
  .meta({ id: 'TargetSpec', description: 'Where notifications are delivered, as it is set.' });
export type TargetSpec = z.infer<typeof targetSpec>;

export const target = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('webhook'),
      id: z.string(),
      url: z.string().describe('Without what its query holds.'),
      has_secret: z.boolean().describe('Whether requests are signed.'),
      has_authorization: z.boolean(),
      picture: z.enum(['none', 'link', 'inline']),
    }),
    z.object({ type: z.literal('mqtt'), id: z.string(), topic: z.string() }),
    z.object({ type: z.literal('browser'), id: z.string() }),
  ])
  .meta({ id: 'Target', description: 'Where notifications are delivered, without anything secret.' });
export type Target = z.infer<typeof target>;
