/** What of the environment of the start command is for notifications. A secret may be named by its file. */
const PASSED = [
  'PUBLIC_URL',
  'WEBHOOK_ALLOW',
  'MQTT_URL',
  'MQTT_URL_FILE',
  'MQTT_DISCOVERY',
  'DELIVERY_MAX_AGE_HOURS',
  'DELIVERY_MAX_ATTEMPTS',
  'DELIVERY_KEEP_DAYS',
];

export const notificationEnv = (env: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(PASSED.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
