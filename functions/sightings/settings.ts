import { brokerSettings } from '@framewire/runtime/amqp';
import { httpSettings, requireKeyBeyondLoopback } from '@framewire/runtime/http';
import {
  about,
  type Config,
  ConfigError,
  decimal,
  type Env,
  integer,
  optional,
  readConfig,
  text,
  url,
} from '@framewire/runtime/process';
import { notificationSettings } from './deliveries/settings.ts';

export const settings = {
  ...httpSettings(8094),
  ...brokerSettings(),
  SIGHTINGS_KEY: about(
    'The key that callers must send. Required where HOST is not loopback.',
    optional(text({ secret: true, allowed: 'a key' })),
  ),
  DATA: about(
    'The folder for the SQLite database and for pictures.',
    text({ fallback: 'data/sightings', allowed: 'a folder that can be written to' }),
  ),
  DATABASE_URL: about(
    'A PostgreSQL, with user and password. Unset: SQLite in DATA.',
    optional(url(['postgres', 'postgresql'], { secret: true })),
  ),
  S3_URL: about(
    'The bucket of an S3-compatible store for pictures, such as https://s3.example.org/bucket. Unset: in DATA.',
    optional(url(['http', 'https'])),
  ),
  S3_REGION: about('Its region.', text({ fallback: 'us-east-1', allowed: 'the name of a region' })),
  S3_ACCESS_KEY: about('The id of its key.', optional(text({ secret: true, allowed: 'the id of a key' }))),
  S3_SECRET_KEY: about('Its key.', optional(text({ secret: true, allowed: 'a key' }))),
  RETENTION_DAYS: about(
    'Sightings and pictures are kept for so many days.',
    decimal({ min: 0.01, max: 3_650, fallback: 14 }),
  ),
  RETENTION_GB: about(
    'And at most so many gigabytes of them: the oldest go first.',
    decimal({ min: 0.001, max: 100_000, fallback: 2 }),
  ),
  PICTURE_BUFFER_MB: about(
    'Memory for the last seconds of frames, from which pictures are taken.',
    integer({ min: 1, max: 16_384, fallback: 128 }),
  ),
  ...notificationSettings,
  SLO_TARGET_MS: about(
    'A frame whose outcome took longer is kept as a picture, milliseconds. The same as that of results-ws.',
    integer({ min: 1, max: 60_000, fallback: 500 }),
  ),
};

export type SightingsConfig = Config<typeof settings>;

/** @throws ConfigError */
export function readSettings(env: Env): SightingsConfig {
  const config = readConfig(settings, env);
  requireKeyBeyondLoopback(config.HOST, 'SIGHTINGS_KEY', config.SIGHTINGS_KEY);
  if (config.S3_URL && !(config.S3_ACCESS_KEY && config.S3_SECRET_KEY))
    throw new ConfigError(['S3_ACCESS_KEY, S3_SECRET_KEY: not set; allowed: the key of the store that S3_URL names']);
  return config;
}
