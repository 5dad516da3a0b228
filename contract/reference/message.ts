import type { z } from 'zod';

/** A message in RabbitMQ, or one of the viewers' WebSocket. */
export interface Message {
  name: string;
  summary: string;
  /** AMQP `type`, where the message has one. */
  type?: string;
  contentType: string;
  payload?: z.ZodType;
  headers?: z.ZodType;
  /** What the schema cannot say. */
  description?: string;
}

/** Where messages travel: an exchange under a routing key, or the WebSocket. */
export interface Channel {
  name: string;
  /** The exchange and the routing key; `{camera_id}` and the like stand for a word of it. */
  exchange?: string;
  routingKey?: string;
  /** The path of a WebSocket. */
  path?: string;
  description: string;
  /** Who sends. */
  from: 'sources' | 'connector' | 'results-ws' | 'track-objects' | 'sightings' | 'viewers';
  messages: Message[];
}
