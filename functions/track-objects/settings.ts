import { brokerSettings } from '@framewire/runtime/amqp';
import { httpSettings } from '@framewire/runtime/http';
import { about, decimal, integer } from '@framewire/runtime/process';

export const settings = {
  ...httpSettings(8092),
  ...brokerSettings(),
  LOST_S: about(
    'How long an object may be undetected before its track ends, seconds. Of a slow camera at least three frames.',
    decimal({ min: 0.1, max: 600, fallback: 3 }),
  ),
  ORDER_WAIT_MS: about(
    'How long a frame waits for those before it whose outcome is missing, milliseconds.',
    integer({ min: 0, max: 60_000, fallback: 1_000 }),
  ),
};
