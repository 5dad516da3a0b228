import type { Channel, Message } from '../../contract/reference/message.ts';
import { toJson } from '../../contract/reference/schemas.ts';
import { table } from './markdown.ts';

/** A JSON Schema as far as these tables look at it. */
interface Json {
  $ref?: string;
  $defs?: Record<string, Json>;
  prefixItems?: Json[];
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Json[];
  oneOf?: Json[];
  items?: Json;
  properties?: Record<string, Json>;
  required?: string[];
}

/** The fields of each message of a channel. */
export function channelSection(channel: Channel): string {
  return channel.messages
    .map((message) => [heading(message), ...fieldsOf(message)].filter(Boolean).join('\n\n'))
    .join('\n\n');
}

const heading = ({ summary, type, contentType }: Message) =>
  `${summary}: ${type ? `\`type\` \`${type}\`, ` : ''}\`${contentType}\`.`;

function fieldsOf({ payload, headers }: Message): string[] {
  const schema = payload ?? headers;
  if (!schema) return [];
  const whole = toJson(schema, 'input') as Json;
  const resolve = ({ $ref, ...own }: Json): Json =>
    $ref ? { ...whole.$defs?.[$ref.split('/').at(-1)!], ...own } : own;
  const json = resolve(whole);
  const variants = json.oneOf ?? json.anyOf ?? [json];
  return variants.map(resolve).map((variant) => {
    const fields = Object.entries(variant.properties ?? {}).map(([name, field]) => [name, resolve(field)] as const);
    const rows = fields.map(([name, field]) => [
      `\`${name}\``,
      typeOf(field, resolve),
      variant.required?.includes(name) ? 'always' : 'optional',
      field.description ?? '',
    ]);
    return table([headers && !payload ? 'header' : 'field', 'type', '', 'meaning'], rows);
  });
}

function typeOf(json: Json, resolve: (json: Json) => Json): string {
  const { type, enum: values, const: only, anyOf, oneOf, items, prefixItems } = resolve(json);
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  const either = anyOf ?? oneOf;
  if (either) return either.map((one) => typeOf(one, resolve)).join(' or ');
  if (prefixItems) return `[${prefixItems.map((one) => typeOf(one, resolve)).join(', ')}]`;
  if (type === 'array') return `array of ${items ? typeOf(items, resolve) : 'anything'}`;
  return [type ?? 'anything'].flat().join(' or ');
}
