import { DEFAULT_TOPIC } from '@framewire/contract';
import { brokerSettings } from '@framewire/runtime/amqp';
import { httpSettings } from '@framewire/runtime/http';
import { about, integer, optional, type Setting, text } from '@framewire/runtime/process';

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
  INGEST_KEY: about(
    'The key that callers must send. Required where HOST is not loopback.',
    optional(text({ secret: true, allowed: 'a key that callers send as bearer token' })),
  ),
  TOPICS: about('Topics that have a queue.', topics),
  MAX_BYTES: about('The largest JPEG, bytes.', integer({ min: 1, max: 100_000_000, fallback: 10_000_000 })),
  MAX_INFLIGHT_BYTES: about(
    'How many bytes all requests in progress may hold together, counted from their heads. One more gets 429.',
    integer({ min: 1, max: 10_000_000_000, fallback: 64_000_000 }),
  ),
  UPLOAD_TIMEOUT_MS: about(
    'How long a body may take to arrive, milliseconds.',
    integer({ min: 100, max: 600_000, fallback: 10_000 }),
  ),
  PUBLISH_TIMEOUT_MS: about(
    'How long to wait for the broker and its confirm, milliseconds.',
    integer({ min: 100, max: 60_000, fallback: 2_000 }),
  ),
};
