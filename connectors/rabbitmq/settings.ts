import { brokerSettings } from '@framewire/runtime/amqp';
import { httpSettings } from '@framewire/runtime/http';
import { about, integer, optional, text, url } from '@framewire/runtime/process';

export const settings = {
  ...httpSettings(8091),
  GATEWAY_URL: about(
    'The OpenFaaS gateway; it may have a path.',
    url(['http', 'https'], { fallback: 'http://127.0.0.1:8080' }),
  ),
  BASIC_AUTH_USER: about('The user of the gateway.', text({ secret: true, fallback: 'admin' })),
  BASIC_AUTH_PASSWORD: about(
    'The password of the gateway. Unset: no basic auth is sent.',
    optional(text({ secret: true })),
  ),
  FUNCTION_NAMESPACE: about(
    "The namespace of the functions. Unset: the gateway's own.",
    optional(text({ pattern: /^[a-z0-9-]+$/, allowed: 'a namespace of OpenFaaS' })),
  ),
  REFRESH_MS: about(
    'How often to ask the gateway for its functions, milliseconds.',
    integer({ min: 100, max: 600_000, fallback: 2_000 }),
  ),
  CONCURRENCY: about(
    'Invocations at once for each replica, where the function does not say (annotation `framewire.concurrency`).',
    integer({ min: 1, max: 256, fallback: 2 }),
  ),
  MAX_CONCURRENCY: about('Invocations at once for each queue.', integer({ min: 1, max: 10_000, fallback: 256 })),
  MAX_ANSWER_BYTES: about(
    'The largest answer of a function, bytes. Of a larger one the outcome is `failed`.',
    integer({ min: 1_024, max: 512 * 1024 * 1024, fallback: 8_000_000 }),
  ),
  ...brokerSettings(),
  INVOKE_TIMEOUT_MS: about(
    'How long an invocation may take, milliseconds.',
    integer({ min: 1, max: 600_000, fallback: 30_000 }),
  ),
};
