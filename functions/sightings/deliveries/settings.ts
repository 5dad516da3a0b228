import { about, decimal, integer, list, optional, text, url } from '@framewire/runtime/process';

const isHost = (name: string) => /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(name);

/** What can be set of notifications. */
export const notificationSettings = {
  PUBLIC_URL: about(
    'Where people reach the dashboard, for links in notifications. Unset: notifications have no links.',
    optional(url(['http', 'https'])),
  ),
  WEBHOOK_ALLOW: about(
    'Addresses of this machine that webhooks may reach. All others of loopback, of its interfaces and link-local ones are refused.',
    list(isHost, 'hosts, or hosts and ports, such as 127.0.0.1:8123'),
  ),
  MQTT_URL: about(
    'An MQTT broker, with user and password, to which sightings and notifications are published. Unset: none.',
    optional(url(['mqtt', 'mqtts'], { secret: true })),
  ),
  MQTT_DISCOVERY: about(
    "The prefix of Home Assistant's discovery; `off` publishes none.",
    text({ fallback: 'homeassistant', pattern: /^[A-Za-z0-9_-]{1,64}$/, allowed: 'letters, digits, "_" or "-"' }),
  ),
  DELIVERY_MAX_AGE_HOURS: about(
    'A notification that could not be delivered for so long is given up, hours.',
    decimal({ min: 0.01, max: 720, fallback: 24 }),
  ),
  DELIVERY_MAX_ATTEMPTS: about(
    'And after so many attempts. The pause between two doubles up to half an hour.',
    integer({ min: 1, max: 1_000, fallback: 60 }),
  ),
  DELIVERY_KEEP_DAYS: about(
    'Deliveries are shown for so many days after their end.',
    decimal({ min: 0.01, max: 365, fallback: 7 }),
  ),
};
