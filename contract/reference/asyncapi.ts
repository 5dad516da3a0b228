import { CHANNELS } from './channels.ts';
import type { Channel, Message } from './message.ts';
import { createSchemas, type Schemas } from './schemas.ts';

/** The messages in RabbitMQ and of the viewers' WebSocket as AsyncAPI 3.0, from the schemas that the code reads and writes with. */
export function asyncApi(version: string): Record<string, unknown> {
  const schemas = createSchemas();
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'framewire',
      version,
      description: 'Frames in, outcomes out, and what the parts say to each other.',
    },
    channels: Object.fromEntries(CHANNELS.map((channel) => [channel.name, describe(channel, schemas)])),
    operations: Object.fromEntries(
      CHANNELS.map((channel) => [`${channel.from}Send${upper(channel.name)}`.replace('-', ''), operation(channel)]),
    ),
    components: { schemas: schemas.components() },
  };
}

function describe({ exchange, routingKey, path, description, messages }: Channel, schemas: Schemas) {
  const names = [...(routingKey ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  return {
    address: routingKey ?? path,
    description,
    messages: Object.fromEntries(messages.map((message) => [message.name, describeMessage(message, schemas)])),
    ...(names.length > 0 && { parameters: Object.fromEntries(names.map((name) => [name, {}])) }),
    ...(exchange && {
      bindings: {
        amqp: { is: 'routingKey', exchange: { name: exchange, type: 'topic', durable: true }, bindingVersion: '0.3.0' },
      },
    }),
    ...(path && { bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } } }),
  };
}

function describeMessage(
  { name, summary, description, type, contentType, payload, headers }: Message,
  schemas: Schemas,
) {
  return {
    name,
    summary,
    contentType,
    ...(description && { description }),
    ...(payload && { payload: schemas.describe(payload, 'input') }),
    ...(headers && { headers: schemas.describe(headers, 'input') }),
    ...(type && { bindings: { amqp: { messageType: type, bindingVersion: '0.3.0' } } }),
  };
}

function operation({ name, messages }: Channel) {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${name}` },
    messages: messages.map((message) => ({ $ref: `#/channels/${name}/messages/${message.name}` })),
  };
}

const upper = (text: string) => text[0]!.toUpperCase() + text.slice(1);
