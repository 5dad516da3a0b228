import { fileURLToPath } from 'node:url';
import { brokerSettings } from '@framewire/runtime/amqp';
import { httpSettings, requireKeyBeyondLoopback } from '@framewire/runtime/http';
import {
  about,
  type Config,
  ConfigError,
  type Env,
  integer,
  optional,
  readConfig,
  type Setting,
  text,
  url,
} from '@framewire/runtime/process';

const http = ['http', 'https'];

const ratio = (fallback: number): Setting<number> => ({
  parse(value) {
    const parsed = Number(value);
    // with an objective of 1 there is no budget that could burn
    if (!(parsed > 0 && parsed < 1)) throw new Error('ratio');
    return parsed;
  },
  allowed: 'a number above 0 and below 1',
  fallback,
});

export const settings = {
  ...httpSettings(8090),
  ...brokerSettings(),
  REPLAY_WINDOW: about(
    'How far back the result stream is read at the start: what a viewer that resumes finds.',
    text({ fallback: '10m', pattern: /^\d+[smhD]$/, allowed: 'a number and s, m, h or D' }),
  ),
  SLO_TARGET_MS: about(
    'How old a frame may be when a viewer draws it, milliseconds.',
    integer({ min: 1, max: 60_000, fallback: 500 }),
  ),
  SLO_OBJECTIVE: about('The ratio of frames that should meet the target.', ratio(0.99)),
  MAX_VIEWERS: about('How many viewers may be connected.', integer({ min: 1, max: 100_000, fallback: 200 })),
  PROMETHEUS_URL: about(
    'Prometheus, with user and password where it wants them. Unset: no metrics and no charts.',
    optional(url(http, { secret: true })),
  ),
  PROMETHEUS_PUBLIC_URL: about(
    "Where a person's browser reaches Prometheus. Unset: no links to it.",
    optional(url(http)),
  ),
  GATEWAY_URL: about('The OpenFaaS gateway. Unset: it is not watched.', optional(url(http))),
  INGEST_URL: about("Where a browser's own camera is sent. Unset: cameras cannot be shared.", optional(url(http))),
  CAMERA_URL: about(
    'The camera connector. Unset: cameras cannot be added or changed from the page.',
    optional(url(http)),
  ),
  SIGHTINGS_URL: about(
    'The function that keeps sightings and notifies. Unset: there are no sightings, rules and deliveries here.',
    optional(url(http)),
  ),
  FAULTS_URL: about('Where faults can be injected; `npm start -- --faults` sets it.', optional(url(http))),
  INGEST_KEY: about('The key of ingest-frame.', optional(text({ secret: true, allowed: 'the key of ingest-frame' }))),
  CAMERA_KEY: about(
    'The key of the camera connector.',
    optional(text({ secret: true, allowed: 'the key of the camera connector' })),
  ),
  SIGHTINGS_KEY: about('The key of that function.', optional(text({ secret: true, allowed: 'the key of sightings' }))),
  RESULTS_KEY: about(
    'The key for viewing. Without WRITE_KEY it also posts and changes. Required where HOST is not loopback.',
    optional(text({ secret: true, allowed: 'a key' })),
  ),
  WRITE_KEY: about(
    'The key to post and change; must differ from RESULTS_KEY. Unset: RESULTS_KEY does both.',
    optional(text({ secret: true, allowed: 'a key' })),
  ),
  DASHBOARD: about(
    'The folder of the built dashboard.',
    text({
      fallback: fileURLToPath(new URL('../../../dashboard/dist', import.meta.url)),
      allowed: 'the folder of the built dashboard',
    }),
  ),
};

export type ResultsConfig = Config<typeof settings>;

/** @throws ConfigError */
export function readSettings(env: Env): ResultsConfig {
  const config = readConfig(settings, env);
  requireKeyBeyondLoopback(config.HOST, 'RESULTS_KEY', config.RESULTS_KEY);
  if (config.WRITE_KEY !== undefined && config.WRITE_KEY === config.RESULTS_KEY)
    throw new ConfigError(['WRITE_KEY: the same as RESULTS_KEY; allowed: another key, or none']);
  return config;
}
