import { DEFAULT_TOPIC } from '@framewire/contract';
import { brokerSettings } from '@framewire/runtime/amqp';
import { httpSettings } from '@framewire/runtime/http';
import { integer, optional, type Setting, text } from '@framewire/runtime/process';

const TOPIC = /^[A-Za-z0-9_-]{1,64}$/;

const topics: Setting<string[]> = {
  parse(value) {
    const names = value.split(',').map((name) => name.trim());
    if (!names.every((name) => TOPIC.test(name))) throw new Error('topics');
    return names;
  },
  allowed: 'topics with commas between them, each 1 to 64 letters, digits, "_" or "-"',
  fallback: [DEFAULT_TOPIC],
};

export const settings = {
  ...httpSettings(8084),
  ...brokerSettings(),
  INGEST_KEY: optional(text({ secret: true, allowed: 'a key that callers send as bearer token' })),
  TOPICS: topics,
  MAX_BYTES: integer({ min: 1, max: 100_000_000, fallback: 10_000_000 }),
  /** What all requests under way may hold together. */
  MAX_INFLIGHT_BYTES: integer({ min: 1, max: 10_000_000_000, fallback: 64_000_000 }),
  /** How long a body may take to arrive, from its first byte to its last. */
  UPLOAD_TIMEOUT_MS: integer({ min: 100, max: 600_000, fallback: 10_000 }),
  PUBLISH_TIMEOUT_MS: integer({ min: 100, max: 60_000, fallback: 2_000 }),
};
