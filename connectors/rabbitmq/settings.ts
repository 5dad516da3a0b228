import { brokerSettings } from '@framewire/runtime/amqp';
import { httpSettings } from '@framewire/runtime/http';
import { integer, optional, text, url } from '@framewire/runtime/process';

export const settings = {
  ...httpSettings(8091),
  GATEWAY_URL: url(['http', 'https'], { fallback: 'http://127.0.0.1:8080' }),
  BASIC_AUTH_USER: text({ secret: true, fallback: 'admin' }),
  BASIC_AUTH_PASSWORD: optional(text({ secret: true })),
  FUNCTION_NAMESPACE: optional(text({ pattern: /^[a-z0-9-]+$/, allowed: 'a namespace of OpenFaaS' })),
  REFRESH_MS: integer({ min: 100, max: 600_000, fallback: 2_000 }),
  CONCURRENCY: integer({ min: 1, max: 256, fallback: 2 }),
  MAX_CONCURRENCY: integer({ min: 1, max: 10_000, fallback: 256 }),
  MAX_ANSWER_BYTES: integer({ min: 1_024, max: 512 * 1024 * 1024, fallback: 8_000_000 }),
  ...brokerSettings(),
  INVOKE_TIMEOUT_MS: integer({ min: 1, max: 600_000, fallback: 30_000 }),
};
